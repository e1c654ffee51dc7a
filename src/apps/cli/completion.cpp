#include "apps/cli/completion.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/list_command.h"
#include "apps/cli/request_settings.h"
#include "apps/models/model_store.h"
#include "base/text.h"

namespace reckon::cli {
namespace {

// One command of the tree, as the script's `case` labels need it.
struct CommandWords {
  std::string path;                 // "reckon models pull"
  std::vector<std::string> words;   // commands, flags and candidates for positionals
  std::vector<const CLI::Option*> options;
};

std::vector<std::string> flags_of(const CLI::Option& option) {
  std::vector<std::string> flags;
  for (const auto& name : option.get_lnames()) flags.push_back("--" + name);
  for (const auto& name : option.get_snames()) flags.push_back("-" + name);
  return flags;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0 && option.get_expected_max() > 0 && option.get_type_size_max() > 0; }

void collect(const CLI::App& app, const std::string& path, const Candidates& candidates, std::vector<CommandWords>& commands) {
  CommandWords command{path, {}, {}};
  for (const CLI::App* sub : app.get_subcommands({})) command.words.push_back(sub->get_name());
  for (const CLI::Option* option : app.get_options({})) {
    command.options.push_back(option);
    const auto flags = flags_of(*option);
    command.words.insert(command.words.end(), flags.begin(), flags.end());
    if (!option->get_positional()) continue;
    const auto found = candidates.find(path + " " + option->get_name());
    if (found != candidates.end()) command.words.insert(command.words.end(), found->second.begin(), found->second.end());
  }
  commands.push_back(std::move(command));
  for (const CLI::App* sub : app.get_subcommands({})) collect(*sub, path + " " + sub->get_name(), candidates, commands);
}

// The words after an option that takes a value; nothing to offer leaves it to the shell's file names.
std::string value_cases(const std::vector<CommandWords>& commands, const Candidates& candidates) {
  std::string out;
  for (const auto& command : commands) {
    for (const CLI::Option* option : command.options) {
      if (!takes_value(*option) || option->nonpositional() == false) continue;
      std::vector<std::string> labels;
      for (const auto& flag : flags_of(*option)) labels.push_back(fmt::format("\"{} {}\"", command.path, flag));
      const auto found = candidates.find(flags_of(*option).front());
      const std::string words = found == candidates.end() ? "" : join(found->second, " ");
      out += fmt::format("    {}) words=\"{}\"; value=1 ;;\n", join(labels, "|"), words);
    }
  }
  return out;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  if (const auto manifest = models::built_in_manifest(); manifest.ok()) {
    for (const auto& entry : manifest->entries) names.push_back(entry.name);
  }
  return names;
}

void add_setting_choices(Candidates& candidates) {
  for (const auto& setting : request_settings()) {
    if (setting.spec.type == OptionType::choice) candidates[option_flag(setting.spec.name)] = setting.spec.choices;
  }
  candidates["--answer-kind"] = {"auto", "number", "choice:4", "yes_no", "text"};
}

}  // namespace

Candidates all_candidates() {
  Registry registry;
  register_all_plugins(registry);
  const std::map<std::string, std::vector<std::string>> flags = {{"strategies", {"--strategy", "--strategies"}},
                                                                 {"prompts", {"--prompt", "--prompts"}},
                                                                 {"scorers", {"--scorer"}},
                                                                 {"controllers", {"--controllers"}},
                                                                 {"problems", {"reckon bench problems"}}};
  Candidates candidates;
  for (const auto& list : all_specs(registry)) {
    candidates["reckon list kind"].push_back(list.kind);
    for (const Spec* spec : list.specs) {
      for (const auto& flag : flags.at(list.kind)) candidates[flag].push_back(spec->name);
      if (list.kind == registry.problems.kind() + "s") continue;  // their options are no part of a request
      for (const auto& option : spec->options) candidates["--set"].push_back(spec->name + "." + option.name + "=");
    }
  }
  candidates["--model"] = model_names();
  for (const char* command : {"pull", "verify", "info"}) candidates[fmt::format("reckon models {} name", command)] = model_names();
  candidates["reckon completion shell"] = {"bash", "zsh"};
  add_setting_choices(candidates);
  return candidates;
}

std::string bash_completion(const CLI::App& app, const Candidates& candidates) {
  std::vector<CommandWords> commands;
  collect(app, "reckon", candidates, commands);
  std::string paths;
  std::string words;
  for (const auto& command : commands) {
    if (command.path != "reckon") paths += (paths.empty() ? "\"" : "|\"") + command.path + "\"";
    words += fmt::format("    \"{}\") words=\"{}\" ;;\n", command.path, join(command.words, " "));
  }
  std::string script = R"(# Completion for reckon. Use it with: source <(reckon completion bash)
_reckon() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command=reckon words="" value=0 i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
      @PATHS@) command="$command ${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command $prev" in
@VALUES@  esac
  if [ "$value" = 0 ]; then
    case "$command" in
@WORDS@    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _reckon reckon
)";
  script = replace_all(std::move(script), "@PATHS@", paths);
  script = replace_all(std::move(script), "@VALUES@", value_cases(commands, candidates));
  return replace_all(std::move(script), "@WORDS@", words);
}

std::string zsh_completion(const CLI::App& app, const Candidates& candidates) {
  std::string script = bash_completion(app, candidates);
  const auto first_line_end = script.find('\n');
  return "# Completion for reckon. Use it with: source <(reckon completion zsh)\n"
         "autoload -Uz compinit bashcompinit && compinit -u && bashcompinit" + script.substr(first_line_end);
}

}  // namespace reckon::cli
