#include "apps/cli/solve.h"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/event_sinks.h"
#include "apps/cli/exit_codes.h"
#include "apps/cli/interrupt.h"
#include "apps/cli/model_loading.h"
#include "apps/cli/output_file.h"
#include "apps/cli/solve_output.h"
#include "apps/cli/terminal.h"
#include "base/text.h"

namespace reckon::cli {
namespace {

Result<std::string> read_question(const std::string& argument) {
  std::string question = argument;
  if (question == "-") {
    question.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (std::cin.bad()) return io_error("the question could not be read from standard input");
  }
  if (trim(question).empty()) {
    return invalid_argument("the question is empty; give it as an argument, or - to read it from standard input");
  }
  return std::string(trim(sanitize_utf8(question)));
}

// Who listens to the run, by what the user asked for and where the output goes.
Result<SinkList> make_sinks(const SolveArguments& arguments, const SolveRequest& request, const Registry& registry) {
  SinkList sinks;
  if (!arguments.trace_file.empty()) {
    RECKON_ASSIGN_OR_RETURN(auto trace, TraceFileSink::create(arguments.trace_file));
    sinks.add(std::move(trace));
  }
  if (arguments.quiet) return sinks;
  if (arguments.tree) {
    sinks.add(std::make_unique<TreeSink>(stderr));
  } else if (is_terminal(stderr)) {
    sinks.add(std::make_unique<ProgressSink>(stderr, expected_traces(request, registry)));
  }
  return sinks;
}

Result<SolvedRun> solve(const SolveArguments& arguments) {
  SolvedRun run;
  Registry registry;
  register_all_plugins(registry);
  RECKON_ASSIGN_OR_RETURN(run.request, make_request(arguments.request, registry));
  RECKON_ASSIGN_OR_RETURN(run.request.task.question, read_question(arguments.question));
  RECKON_ASSIGN_OR_RETURN(SinkList sinks, make_sinks(arguments, run.request, registry));
  install_interrupt();
  RECKON_ASSIGN_OR_RETURN(run.model, load_model(arguments.model));
  RECKON_ASSIGN_OR_RETURN(const auto engine, make_engine(run.model, arguments.model.engine));
  run.request.cancelled = &interrupted();
  run.request.sink = sinks.empty() ? nullptr : &sinks;
  auto result = engine->solve(run.request);
  run.request.sink = nullptr;
  const Status sinks_status = sinks.finish();
  RECKON_ASSIGN_OR_RETURN(run.result, std::move(result));
  RECKON_RETURN_IF_ERROR(sinks_status);
  return run;
}

}  // namespace

void add_solve_options(CLI::App& command, SolveArguments& arguments) {
  command.add_option("question", arguments.question, "the question; - reads it from standard input")->required()->type_name("TEXT");
  add_model_options(command, arguments.model);
  command.add_option("-s,--strategy", arguments.request.strategy, fmt::format("how the compute is spent [{}]", arguments.request.strategy))
      ->type_name("NAME")->group("Method");
  add_request_options(command, arguments.request);
  command.add_flag("--json", arguments.json, "print one JSON object with everything")->group("Output");
  command.add_option("--trace", arguments.trace_file, "write every event of the run to this file, one JSON object a line")
      ->type_name("FILE")->group("Output");
  command.add_flag("--tree", arguments.tree, "show the branches as they run")->group("Output");
  command.add_flag("-q,--quiet", arguments.quiet, "print the answer and nothing else")->group("Output");
}

int run_solve(const SolveArguments& arguments) {
  auto run = solve(arguments);
  if (!run.ok()) return report_error(run.status());
  Status printed;
  if (arguments.json) printed = print_json(*run);
  else if (arguments.quiet) printed = print_answer_only(*run);
  else printed = print_report(*run);
  if (!printed.ok()) return report_error(printed);
  return run->result.stop == StopReason::cancelled ? interrupt_exit_code() : kSuccess;
}

}  // namespace reckon::cli
