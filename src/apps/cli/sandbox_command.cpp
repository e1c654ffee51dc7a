#include "apps/cli/sandbox_command.h"

#include <algorithm>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/exit_codes.h"
#include "apps/cli/solve_output.h"
#include "sandbox/sandbox.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string as_json(const sandbox::Probe& probe) {
  Json checks = Json::array();
  for (const auto& check : probe.checks) {
    checks.push_back({{"name", check.name}, {"passed", check.passed}, {"required", check.required}, {"reason", check.reason}});
  }
  const Json json = {{"isolation", sandbox::to_string(probe.isolation)}, {"checks", std::move(checks)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_lines(const sandbox::Probe& probe) {
  std::size_t width = 0;
  for (const auto& check : probe.checks) width = std::max(width, check.name.size());
  std::string out;
  for (const auto& check : probe.checks) {
    const char* state = check.passed ? "pass" : check.required ? "FAIL" : "none";
    out += fmt::format("{:<{}}  {}  {}\n", check.name, width, state, check.reason);
  }
  return out + fmt::format("{:<{}}  {}\n", "isolation", width, sandbox::to_string(probe.isolation));
}

Status check(const SandboxArguments& arguments) {
  const sandbox::Probe probe = sandbox::probe();
  RECKON_RETURN_IF_ERROR(print_out(arguments.json ? as_json(probe) : as_lines(probe)));
  if (probe.isolation != sandbox::Isolation::none) return ok_status();
  return unsupported("this machine cannot isolate programs, so none will be run; the lines marked FAIL say why");
}

}  // namespace

void add_sandbox_commands(CLI::App& sandbox, SandboxArguments& arguments) {
  sandbox.require_subcommand(1);
  auto* check = sandbox.add_subcommand("check", "try to break out of it, and say what this machine gives");
  check->add_flag("--json", arguments.json, "print JSON");
}

int run_sandbox_check(const SandboxArguments& arguments) {
  const Status status = check(arguments);
  return status.ok() ? kSuccess : report_error(status);
}

}  // namespace reckon::cli
