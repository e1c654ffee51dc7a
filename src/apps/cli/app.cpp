#include "apps/cli/app.h"

#include <exception>
#include <memory>
#include <new>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/bench.h"
#include "apps/cli/completion.h"
#include "apps/cli/exit_codes.h"
#include "apps/cli/list_command.h"
#include "apps/cli/models_command.h"
#include "apps/cli/perf_command.h"
#include "apps/cli/prm_command.h"
#include "apps/cli/sandbox_command.h"
#include "apps/cli/solve.h"
#include "apps/cli/solve_output.h"
#include "apps/cli/usage_errors.h"
#include "base/text.h"
#include "engine/load_model.h"

namespace reckon::cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  reckon solve "A pen costs 3 dollars. How much are 7 pens?"
  reckon solve -n 16 --deadline 30s "..."      more samples, at most 30 seconds
  reckon solve --tree -s single "..."          one trace, shown as it is written
  reckon list                                  every strategy and prompt with its options
  reckon bench problems.jsonl --strategies single,vote --limit 50 --report report.html

Start with `reckon models pull qwen2.5-coder-0.5b`, or give any GGUF file with --model.)";

constexpr const char* kSolveFooter = R"(Examples:
  reckon solve "What is 12 * 12 - 4?"
  echo "What is 12 * 12 - 4?" | reckon solve - --json
  reckon solve "..." --strategy best_of_n --scorer likelihood --set select=max

Ctrl-C returns the best answer so far, with exit code 130.)";

constexpr const char* kBenchFooter = R"(A configuration is [LABEL=]STRATEGY[:KEY=VALUE]... where KEY is prompt, scorer, controllers (joined by +),
a setting such as temperature or max_tokens, or an option of a plug-in such as samples or prompt.form:
  reckon bench problems.jsonl --limit 100 --seeds 3 --report report.html \
    --strategies greedy=single:temperature=0,single,vote:samples=8,short=vote:samples=8:prompt=draft

--sweep KEY=VALUE,VALUE runs each of them with every value of KEY, which is any KEY of a configuration; one
that sets KEY itself stays as it is. Several sweeps give all combinations:
  reckon bench problems.jsonl --strategies single --sweep max_tokens=128,256,512
  reckon bench problems.jsonl --strategies single:controllers=switch_penalty \
    --sweep switch_penalty.alpha=0,3,5,10,20 --sweep switch_penalty.beta=300,400,500,600,700

--compute-optimal FILE chooses the best configuration for easy and for hard questions at every budget, and says by
cross-validation what that is worth; --against compares it with a larger model's report at equal FLOPs:
  reckon bench problems.jsonl --seeds 4 --strategies single,vote:samples=4,vote:samples=16 \
    --compute-optimal policy.json --bins 3 --against large.json

Every finished row is kept at once: after Ctrl-C the same command with --resume goes on.)";

// The commands with their arguments. Callbacks are not used: they would hide the exit code.
struct Program {
  CLI::App app{"reckon: spends compute on a question until the answer is good.\n"
               "It runs any GGUF language model with the thinking method of your choice, and says what that cost.",
               "reckon"};
  SolveArguments solve;
  BenchArguments bench;
  ListArguments list;
  ModelsArguments models;
  PerfArguments perf;
  PrmArguments prm;
  SandboxArguments sandbox;
  std::string shell;

  Program();
  int dispatch();

 private:
  std::string command() const;
};

Program::Program() {
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.set_version_flag("-V,--version", [] { return fmt::format("reckon {}\n{}", RECKON_VERSION, backend_version()); });
  auto* solve_command = app.add_subcommand("solve", "answer one question");
  add_solve_options(*solve_command, solve);
  solve_command->footer(kSolveFooter);
  add_list_options(*app.add_subcommand("list", "the strategies, prompts, scorers, controllers and problems with their options"), list);
  add_models_commands(*app.add_subcommand("models", "the language models on this machine"), models);
  auto* bench_command = app.add_subcommand("bench", "compare methods on a set of problems");
  add_bench_options(*bench_command, bench);
  bench_command->footer(kBenchFooter);
  add_perf_commands(*app.add_subcommand("perf", "measure the speed of the engine"), perf);
  add_prm_commands(*app.add_subcommand("prm", "a judge of steps for a model, from its own hidden states"), prm);
  add_sandbox_commands(*app.add_subcommand("sandbox", "where programs that a model wrote are run"), sandbox);
  auto* completion = app.add_subcommand("completion", "print a shell's completion script");
  completion->add_option("shell", shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}))->type_name("SHELL");
  app.footer(kFooter);  // last: commands inherit what is there when they are added
}

// "solve", "models pull".
std::string Program::command() const {
  std::string path;
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().back();
    path += (path.empty() ? "" : " ") + at->get_name();
  }
  return path;
}

int Program::dispatch() {
  const std::string name = command();
  if (name == "solve") return run_solve(solve);
  if (name == "bench") return run_bench(bench);
  if (name == "list") return run_list(list);
  if (name == "models list") return run_models(ModelsAction::list, models);
  if (name == "models pull") return run_models(ModelsAction::pull, models);
  if (name == "models verify") return run_models(ModelsAction::verify, models);
  if (name == "models info") return run_models(ModelsAction::info, models);
  if (name == "perf samples") return run_perf(PerfAction::samples, perf);
  if (name == "perf fork") return run_perf(PerfAction::fork, perf);
  if (name == "perf controllers") return run_perf(PerfAction::controllers, perf);
  if (name == "perf search") return run_perf(PerfAction::search, perf);
  if (name == "perf overhead") return run_perf(PerfAction::overhead, perf);
  if (name == "perf edit") return run_perf(PerfAction::edit, perf);
  if (name == "prm fit") return run_prm(PrmAction::fit, prm);
  if (name == "prm eval") return run_prm(PrmAction::eval, prm);
  if (name == "sandbox check") return run_sandbox_check(sandbox);
  const Candidates candidates = all_candidates();
  const Status printed = print_out(shell == "zsh" ? zsh_completion(app, candidates) : bash_completion(app, candidates));
  return printed.ok() ? kSuccess : report_error(printed);
}

// A shell word that means the same when it is typed again.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command_line(int argc, char** argv) {
  std::string line = "reckon";
  for (int i = 1; i < argc; ++i) line += " " + quoted(argv[i]);
  return line;
}

// Of the command that was named. CLI11 leaves two empty lines between groups.
std::string help_text(const CLI::App& app) { return replace_all(app.help(), "\n\n\n", "\n\n"); }

int parse_and_run(int argc, char** argv) {
  const auto program = std::make_unique<Program>();
  program->bench.command = command_line(argc, argv);
  if (argc <= 1) {
    fmt::print(stderr, "{}", help_text(program->app));
    return kUsage;
  }
  try {
    program->app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const Status printed = print_out(help_text(program->app));
    return printed.ok() ? kSuccess : report_error(printed);
  } catch (const CLI::Success& information) {  // --version
    return program->app.exit(information);
  } catch (const CLI::ParseError& error) {
    return report_error(usage_error(program->app, error));
  }
  return program->dispatch();
}

}  // namespace

int run(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::bad_alloc&) {
    return report_error(out_of_memory("this machine has not enough memory for that; try a smaller model, --context or --slots"));
  } catch (const std::exception& exception) {
    return report_error(internal_error(exception.what()));
  }
}

}  // namespace reckon::cli
