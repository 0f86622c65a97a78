// Orthonormal rows for initial weights, in double precision by plain vectors, so that every machine gets the same bits.

typedef double Pair __attribute__((vector_size(16)));

/** Finished rows whose parts are taken from all later ones at a time, and later rows that one sweep serves. */
constexpr int BLOCK = 4, SWEPT = 2;

static double sumOf(Pair v) { return v[0] + v[1]; }

static double dot(const Pair *a, const Pair *b, int pairs) {
  Pair sum = {};
  for (int i = 0; i < pairs; i++) sum += a[i] * b[i];
  return sumOf(sum);
}

/** Takes from a vector its part along a unit vector. */
static void removePart(Pair *vector, const Pair *unit, int pairs) {
  const double part = dot(vector, unit, pairs);
  for (int i = 0; i < pairs; i++) vector[i] -= part * unit[i];
}

/** The same for ROWS vectors and BLOCK unit vectors, which follow one another in memory. */
template <int ROWS> static void removeBlock(Pair *vectors, const Pair *units, int pairs) {
  Pair sums[ROWS][BLOCK] = {};
  for (int i = 0; i < pairs; i++)
    for (int r = 0; r < ROWS; r++)
      for (int b = 0; b < BLOCK; b++) sums[r][b] += vectors[r * pairs + i] * units[b * pairs + i];
  double parts[ROWS][BLOCK];
  for (int r = 0; r < ROWS; r++)
    for (int b = 0; b < BLOCK; b++) parts[r][b] = sumOf(sums[r][b]);
  for (int i = 0; i < pairs; i++)
    for (int r = 0; r < ROWS; r++) {
      Pair removed = parts[r][0] * units[i];
      for (int b = 1; b < BLOCK; b++) removed += parts[r][b] * units[b * pairs + i];
      vectors[r * pairs + i] -= removed;
    }
}

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

/** norms[i] = length of row i. */
EXPORT(lengths) void lengths(const Pair *rows, int count, int pairs, double *norms) {
  for (int i = 0; i < count; i++) norms[i] = __builtin_sqrt(dot(rows + i * pairs, rows + i * pairs, pairs));
}

/**
 * One step of Gram-Schmidt's method: makes the BLOCK rows from `first` on orthonormal, their parts along earlier rows
 * gone already, and takes their parts from all later rows. `before` holds the lengths that rows had at the start.
 * @returns the first row of the next step
 */
EXPORT(orthonormaliseBlock)
int orthonormaliseBlock(Pair *rows, int count, int pairs, const double *before, int first) {
  const auto row = [&](int i) { return rows + i * pairs; };
  const int next = first + BLOCK < count ? first + BLOCK : count;
  for (int i = first; i < next; i++) {
    for (int j = first; j < i; j++) removePart(row(i), row(j), pairs);
    // Little is left of a vector near the span of the others, and rounding weighs in it: a second pass removes that.
    if (__builtin_sqrt(dot(row(i), row(i), pairs)) < .1 * before[i])
      for (int j = 0; j < i; j++) removePart(row(i), row(j), pairs);
    const double length = __builtin_sqrt(dot(row(i), row(i), pairs));
    for (int k = 0; k < pairs; k++) row(i)[k] /= length;
  }
  int i = next;
  for (; i + SWEPT <= count; i += SWEPT) removeBlock<SWEPT>(row(i), row(first), pairs);
  for (; i < count; i++) removeBlock<1>(row(i), row(first), pairs);
  return next;
}
