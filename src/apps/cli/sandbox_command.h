// `reckon sandbox check`.
#pragma once

namespace CLI {
class App;
}

namespace reckon::cli {

struct SandboxArguments {
  bool json = false;
};

// Adds the command below `sandbox`.
void add_sandbox_commands(CLI::App& sandbox, SandboxArguments& arguments);

// Prints what this machine gives. Returns the exit code: that of `unsupported` where programs cannot be isolated.
int run_sandbox_check(const SandboxArguments& arguments);

}  // namespace reckon::cli
