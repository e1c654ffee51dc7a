#include "apps/cli/command_options.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/request_settings.h"
#include "base/text.h"

namespace reckon::cli {
namespace {

constexpr const char* kModelGroup = "Model";
constexpr const char* kMethodGroup = "Method";

std::string with_default(const std::string& help, const std::string& value) {
  return value.empty() ? help : fmt::format("{} [{}]", help, value);
}

CLI::Validator integer_in(std::pair<int, int> range) {
  return CLI::Validator(
      [range](std::string& text) -> std::string {
        const auto value = parse_number<int>(text);
        if (value && *value >= range.first && *value <= range.second) return {};
        return fmt::format("\"{}\" is not allowed: it takes an integer from {} to {}", text, range.first, range.second);
      },
      "");
}

void add_setting(CLI::App& command, const RequestSetting& setting, RequestArguments& arguments) {
  const std::string name = setting.spec.name;
  const std::string help = with_default(setting.spec.help, to_string(setting.spec.default_value));
  command
      .add_option_function<std::string>(
          option_flag(name), [&arguments, name](const std::string& value) { arguments.settings[name] = value; }, help)
      ->type_name(setting.value_name)
      ->group(setting.group);
}

}  // namespace

void add_integer(CLI::App& command, const std::string& flag, int& value, std::pair<int, int> range, const std::string& help) {
  command.add_option(flag, value, help)->check(integer_in(range))->type_name("N");
}

void add_integers(CLI::App& command, const std::string& flag, std::vector<int>& values, std::pair<int, int> range, const std::string& help) {
  command.add_option(flag, values, help)->delimiter(',')->allow_extra_args(false)->check(integer_in(range))->type_name("N,N");
}

void add_model_options(CLI::App& command, ModelArguments& arguments) {
  EngineOptions& engine = arguments.engine;
  command.add_option("-m,--model", arguments.model, with_default("name from `reckon models list`, or a GGUF file; with a LoRA adapter MODEL+ADAPTER.gguf", arguments.model))
      ->type_name("MODEL")->group(kModelGroup);
  command.add_option("--role", arguments.roles, "another model for what is asked of this role, such as judge or reward; +ADAPTER.gguf is the same model with an adapter, http://HOST:PORT/v1[#MODEL] a server with the OpenAI protocol; may be repeated")
      ->allow_extra_args(false)->type_name("NAME=MODEL")->group(kModelGroup);
  command.add_flag("--pull", arguments.pull, "fetch the model when it is not here yet")->group(kModelGroup);
  add_integer(command, "--threads", engine.threads, {0, 1024}, "processor threads; 0: all cores [0]");
  add_integer(command, "--slots", engine.slots, {1, 256}, fmt::format("traces computed side by side [{}]", engine.slots));
  add_integer(command, "--context", engine.context, {16, 1 << 20}, fmt::format("longest trace with its prompt, in tokens [{}]", engine.context));
  command.add_flag("--deterministic", engine.deterministic, "equal to the last bit whatever runs beside it; slower")->group(kModelGroup);
  for (const char* flag : {"--threads", "--slots", "--context"}) command.get_option(flag)->group(kModelGroup);
}

void add_request_options(CLI::App& command, RequestArguments& arguments, const std::vector<std::string>& except) {
  command.add_option("-p,--prompt", arguments.prompt, with_default("how the question is put; code where the answer is a program", SolveRequest{}.prompt.name))
      ->type_name("NAME")->group(kMethodGroup);
  command.add_option("--scorer", arguments.scorer, "what judges answers; probe:FILE is probe with --set probe.file=FILE [the strategy's choice]")->type_name("NAME")->group(kMethodGroup);
  command.add_option("--controllers", arguments.controllers, "what steers each trace, in any order")
      ->delimiter(',')->allow_extra_args(false)->type_name("NAME,NAME")->group(kMethodGroup);
  command.add_option("-n,--samples", arguments.samples, "traces to sample [the strategy's default]")->type_name("N")->group(kMethodGroup);
  command.add_option("--set", arguments.plugin_options, "an option of a plug-in, see `reckon list`: samples=8 or vote.samples=8")
      ->allow_extra_args(false)->type_name("NAME=VALUE")->group(kMethodGroup);
  command.add_flag("--unsafe-exec", arguments.unsafe_exec, "run model-written programs even where this machine cannot isolate them")->group(kMethodGroup);
  for (const auto& setting : request_settings()) {
    if (std::ranges::find(except, setting.spec.name) == except.end()) add_setting(command, setting, arguments);
  }
}

}  // namespace reckon::cli
