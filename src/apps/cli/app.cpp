#include "apps/cli/app.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/bench.h"
#include "apps/cli/exit_codes.h"
#include "apps/cli/solve.h"

namespace reckon::cli {

int run(int argc, char** argv) {
  CLI::App app{"reckon"};
  app.require_subcommand(1);
  SolveArguments solve;
  BenchArguments bench;
  auto* solve_command = app.add_subcommand("solve", "answer one question");
  auto* bench_command = app.add_subcommand("bench", "measure");
  add_solve_options(*solve_command, solve);
  add_bench_options(*bench_command, bench);
  for (int i = 0; i < argc; ++i) bench.command += (i ? " " : "") + std::string(argv[i]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return report_error(invalid_argument(e.what()));
  }
  if (solve_command->parsed()) return run_solve(solve);
  return run_bench(bench);
}

}  // namespace reckon::cli
