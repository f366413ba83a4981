/** Scripts that let shells complete commands, options and their values. */
import type { CommandWords, OptionWords } from "./words.ts";

export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/** The script for a shell. */
export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  return scripts[shell](commands);
}

function bashScript(commands: readonly CommandWords[]): string {
  const values = commands.flatMap(({ name, options }) => {
    const taking = options.filter(({ takesValue }) => takesValue);
    // Bash completes files where nothing is offered.
    const files = taking.filter(({ words }) => words.length === 0).map(({ flag }) => `${name},${flag}`);
    return [
      ...taking
        .filter(({ words }) => words.length > 0)
        .map(({ flag, words }) => `    ${name},${flag}) words="${words.join(" ")}" ;;`),
      ...(files.length > 0 ? [`    ${files.join(" | ")}) return ;;`] : []),
    ];
  });
  const places = commands
    .map(({ name, arguments: all }) => ({ name, words: all.flatMap(({ words }) => words) }))
    .filter(({ words }) => words.length > 0)
    .map(({ name, words }) => `    ${name}) words="${words.join(" ")}" ;;`);
  const flags = commands.map(({ name, options }) => `    ${name}) words="${flagsOf(options)}" ;;`);
  return `# Completions of vgic-trace for bash: eval "$(vgic-trace completion bash)"
_vgic_trace() {
  local command=\${COMP_WORDS[1]} current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local lead= words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ] || [ "$COMP_CWORD,$command" = 2,help ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$current"))
    return
  fi
  # In --format=json, = is a word of its own, unless COMP_WORDBREAKS is without it.
  case $current in
    =) current= ;;
    --*=*)
      before=\${current%%=*}
      lead=$before=
      current=\${current#*=}
      ;;
  esac
  [ "$before" = = ] && before=\${COMP_WORDS[COMP_CWORD - 2]}
  case "$command,$before" in
${values.join("\n")}
  esac
  [ -z "$words" ] && [[ $current == -* ]] && case $command in
${flags.join("\n")}
  esac
  [ -z "$words" ] && [[ $current != -* ]] && case $command in
${places.join("\n")}
  esac
  COMPREPLY=($(compgen -P "$lead" -W "$words" -- "$current"))
}
complete -o default -F _vgic_trace vgic-trace
`;
}

function zshScript(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name, summary }) => `    ${zshQuoted(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, options, arguments: all }) => {
    const specifications = options.map((option) => ` \\\n        ${zshQuoted(zshSpecification(option))}`);
    const words = all.flatMap((argument) => argument.words);
    const others = words.length > 0 ? `*:value:(${words.join(" ")})` : "*:file:_files";
    return `    ${name}) _arguments${specifications.join("")} \\\n        ${zshQuoted(others)} ;;`;
  });
  return `#compdef vgic-trace
# Completions of vgic-trace for zsh: vgic-trace completion zsh > "\${fpath[1]}/_vgic-trace"
_vgic_trace() {
  local -a commands=(
${names.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  if [[ $command == help ]]; then
    ((CURRENT == 3)) && _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $command in
${cases.join("\n")}
  esac
}
# Found in $fpath, the file is loaded as the function that completes; else it is sourced.
if [[ \${funcstack[1]} == _vgic-trace ]]; then
  _vgic_trace "$@"
else
  compdef _vgic_trace vgic-trace
fi
`;
}

function zshSpecification({ flag, description, takesValue, words }: OptionWords): string {
  // With =, --format=json is completed, too.
  const about = `*${flag}${takesValue ? "=" : ""}[${description.replaceAll(/[[\]]/g, "\\$&")}]`;
  if (!takesValue) return about;
  return `${about}:value:${words.length > 0 ? `(${words.join(" ")})` : "_files"}`;
}

function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishScript(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, summary, options, arguments: all }) => {
    const places = all.flatMap((argument) => argument.words);
    const own = `complete -c vgic-trace -n "__fish_seen_subcommand_from ${name}"`;
    return [
      `complete -c vgic-trace -f -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`,
      ...(places.length > 0 ? [`${own} -fa ${fishQuoted(places.join(" "))}`] : []),
      ...options.map(({ flag, description, takesValue, words }) => {
        const value = words.length > 0 ? ` -xa ${fishQuoted(words.join(" "))}` : takesValue ? " -r" : "";
        return `${own} -l ${flag.replace(/^-+/, "")}${value} -d ${fishQuoted(description)}`;
      }),
    ];
  });
  const names = commands.map(({ name }) => name).join(" ");
  const help = `complete -c vgic-trace -n "__fish_seen_subcommand_from help" -fa ${fishQuoted(names)}`;
  return `# Completions of vgic-trace for fish: vgic-trace completion fish | source\n${[...lines, help].join("\n")}\n`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function flagsOf(options: readonly OptionWords[]): string {
  return options.map(({ flag }) => flag).join(" ");
}
