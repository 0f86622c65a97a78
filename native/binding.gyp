# The native engine's addon; `npm run build:native` calls node-gyp with this. It lies here and not beside package.json,
# where npm would try to build it during every installation and fail where no compiler is.
{
  'target_defaults': {
    'cflags': ['-O3', '-fvisibility=hidden', '-fno-strict-aliasing', '-ffp-contract=off', '-fPIC', '-Wno-psabi', '-Wno-maybe-uninitialized'],
    'cflags_cc': ['-std=gnu++20', '-fno-exceptions', '-fno-rtti'],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'gnu++20',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'OTHER_CFLAGS': ['-ffp-contract=off', '-fno-strict-aliasing'],
    },
    'conditions': [["target_arch=='x64'", {'defines': ['CURLEW_X64']}]],
  },
  'targets': [
    {
      'target_name': 'kernels_baseline',
      'type': 'static_library',
      'sources': ['src/variant.cpp'],
      'defines': ['CURLEW_VARIANT=curlewBaseline', 'CURLEW_NAMESPACE=curlew_baseline'],
    },
    {
      'target_name': 'curlew',
      'sources': ['src/addon.cpp', 'src/sleep.cpp'],
      'dependencies': ['kernels_baseline'],
      'conditions': [["target_arch=='x64'", {'dependencies': ['kernels_avx2', 'kernels_avx512']}]],
    },
  ],
  'conditions': [
    ["target_arch=='x64'", {
      'targets': [
        {
          'target_name': 'kernels_avx2',
          'type': 'static_library',
          'sources': ['src/variant.cpp'],
          'defines': ['CURLEW_VARIANT=curlewAvx2', 'CURLEW_NAMESPACE=curlew_avx2'],
          'cflags': ['-mavx2', '-mfma'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mavx2', '-mfma']},
        },
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['src/variant.cpp'],
          'defines': ['CURLEW_VARIANT=curlewAvx512', 'CURLEW_NAMESPACE=curlew_avx512'],
          'cflags': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mfma'],
          'xcode_settings': {
            'OTHER_CFLAGS': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mfma'],
          },
        },
      ],
    }],
  ],
}
