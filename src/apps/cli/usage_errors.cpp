#include "apps/cli/usage_errors.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"

namespace reckon::cli {
namespace {

const CLI::App* deepest(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().back();
  return app;
}

std::string path_of(const CLI::App* app) {
  return app->get_parent() == nullptr ? app->get_name() : path_of(app->get_parent()) + " " + app->get_name();
}

std::string hint(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

Status unknown_option(const CLI::App* command, const std::string& given) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command->get_options({})) {
    for (const auto& name : option->get_lnames()) known.push_back("--" + name);
  }
  const std::string name = given.substr(0, given.find('='));
  std::string text = fmt::format("{} has no option {}{}", path_of(command), name, hint(name, known));
  if (given.find(' ') != std::string::npos) text = fmt::format("\"{}\" looks like an option; write -- before a text that starts with a dash", given);
  return invalid_argument(text + fmt::format(" (see {} --help)", path_of(command)));
}

Status unknown_command(const CLI::App* command, const std::string& given) {
  std::vector<std::string> known;
  for (const CLI::App* sub : command->get_subcommands({})) known.push_back(sub->get_name());
  const std::string nearest = hint(given, known);
  return invalid_argument(fmt::format("{} has no command \"{}\"{}", path_of(command), given, nearest.empty() ? "; there are " + join(known, ", ") : nearest));
}

// "question" of "question is required".
Status missing(const CLI::App* command, const CLI::ParseError& error) {
  if (!command->get_subcommands({}).empty()) {
    std::vector<std::string> known;
    for (const CLI::App* sub : command->get_subcommands({})) known.push_back(sub->get_name());
    return invalid_argument(fmt::format("{} needs a command: {} (see {} --help)", path_of(command), join(known, ", "), path_of(command)));
  }
  return invalid_argument(fmt::format("{}: {} (see {} --help)", path_of(command), error.what(), path_of(command)));
}

}  // namespace

Status usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = deepest(&app);
  const std::vector<std::string> leftovers = app.remaining(true);
  for (const auto& word : leftovers) {
    if (word.size() > 1 && word.front() == '-') return unknown_option(command, word);
  }
  if (!leftovers.empty()) {
    if (!command->get_subcommands({}).empty()) return unknown_command(command, leftovers.front());
    return invalid_argument(fmt::format("{} does not know what to do with \"{}\"; put a text with spaces in quotes (see {} --help)", path_of(command),
                                        leftovers.front(), path_of(command)));
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing(command, error);
  return invalid_argument(error.what());
}

}  // namespace reckon::cli
