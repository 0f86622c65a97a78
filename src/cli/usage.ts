import { CommanderError, type Command } from 'commander';
import { InputError, nearest } from '../base/index.ts';

const HELP = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

/** Whether the program only printed its help or version. */
export function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && HELP.includes(error.code);
}

/** The part in quotes of one of commander's messages. */
function quoted(message: string): string {
  return /'([^']*)'/.exec(message)?.[1] ?? '';
}

/**
 * A mistake in the command line as one line with the nearest right word; undefined for any other error.
 * Unknown commands and options get the suggestion even when it is far off: it shows what such words look like.
 */
export function usageError(
  error: unknown,
  program: Command,
  args: readonly string[],
): InputError | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  const visible = program.commands.filter((command) => !command.name().startsWith('_'));
  const command = program.commands.find((each) => each.name() === args.find((arg) => !arg.startsWith('-')));
  const help = command ? `curlew ${command.name()} --help` : 'curlew --help';
  const word = quoted(error.message);
  if (error.code === 'commander.unknownCommand') {
    const near = nearest(
      word,
      visible.map((each) => each.name()),
    );
    return new InputError(`There is no command ${word}; did you mean ${near}? See curlew --help.`);
  }
  if (error.code === 'commander.unknownOption') {
    const flags = (command ?? program).options.flatMap(({ long }) => long ?? []);
    const near = nearest(word.split('=')[0], [...flags, '--help']);
    return new InputError(`There is no option ${word}; did you mean ${near}? See ${help}.`);
  }
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new InputError(`${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}. See ${help}.`);
}
