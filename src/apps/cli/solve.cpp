#include "apps/cli/solve.h"

#include <iostream>
#include <iterator>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/event_sinks.h"
#include "apps/cli/exit_codes.h"
#include "apps/cli/interrupt.h"
#include "apps/cli/model_loading.h"
#include "apps/cli/output_file.h"
#include "apps/cli/policy_run.h"
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

struct Outcome {
  SolvedRun run;
  Status sinks;  // an answer is worth printing even when its trace could not be written
};

Status check_policy_request(const Engine& engine, SolveRequest request, const std::string& question) {
  request.task.question = question;
  return engine.check(request);
}

Result<PolicyRun> answer(Engine& engine, const std::optional<PolicyPlan>& policy, const SolvedRun& run) {
  if (policy) return solve_by_policy(engine, *policy, run.request);
  RECKON_ASSIGN_OR_RETURN(auto result, engine.solve(run.request));
  return PolicyRun{run.request, run.plan, std::move(result)};
}

// Everything that can be wrong is looked at before a token is spent and before a file is made.
Result<Outcome> solve(const SolveArguments& arguments) {
  Outcome outcome;
  SolvedRun& run = outcome.run;
  Registry registry;
  register_all_plugins(registry);
  RequestArguments asked = arguments.request;
  asked.context = arguments.model.engine.context;
  RECKON_ASSIGN_OR_RETURN(run.request, make_request(asked, registry, &run.plan));
  RECKON_ASSIGN_OR_RETURN(run.request.task.question, read_question(arguments.question));
  if (!arguments.trace_file.empty()) RECKON_RETURN_IF_ERROR(check_writable(arguments.trace_file));
  install_interrupt();
  RECKON_ASSIGN_OR_RETURN(run.model, open_model(arguments.model));
  RECKON_ASSIGN_OR_RETURN(const auto engine, make_engine(run.model, arguments.model));
  std::optional<PolicyPlan> policy;
  if (!arguments.policy_file.empty()) {
    RECKON_ASSIGN_OR_RETURN(const std::string identity, model_identity(run.model));
    const PolicyModel model{identity, run.model.model->info().flops_per_token(), arguments.model.roles};
    RECKON_ASSIGN_OR_RETURN(policy, plan_by_policy(arguments.policy_file, arguments.request, model, registry));
    for (const auto& [name, request] : policy->requests) RECKON_RETURN_IF_ERROR(check_policy_request(*engine, request, run.request.task.question));
  }
  RECKON_RETURN_IF_ERROR(engine->check(run.request));

  RECKON_ASSIGN_OR_RETURN(SinkList sinks, make_sinks(arguments, run.request, registry));
  run.request.cancelled = &interrupted();
  run.request.answer_now = &asked_for_answer();
  run.request.sink = sinks.empty() ? nullptr : &sinks;
  Result<PolicyRun> solved = answer(*engine, policy, run);
  outcome.sinks = sinks.finish();
  RECKON_RETURN_IF_ERROR(solved.status());
  run.request = std::move(solved->request);
  run.request.sink = nullptr;
  run.plan = std::move(solved->plan);
  run.result = std::move(solved->result);
  return outcome;
}

}  // namespace

void add_solve_options(CLI::App& command, SolveArguments& arguments) {
  command.add_option("question", arguments.question, "the question; - reads it from standard input")->required()->type_name("TEXT");
  command.add_option("-s,--strategy", arguments.request.strategy, fmt::format("how the compute is spent [{}]", SolveRequest{}.strategy.name))
      ->type_name("NAME")->group("Method");
  add_request_options(command, arguments.request);
  command.add_option("--policy", arguments.policy_file, "a policy of `reckon bench --compute-optimal` chooses by the question's difficulty; --budget-tokens chooses its level")
      ->type_name("FILE.json")->group("Method");
  command.add_option("--tests", arguments.request.tests_file, "public tests of the program that is wanted, as JSON")
      ->type_name("FILE.json")->group("Task");
  add_model_options(command, arguments.model);
  command.add_flag("--json", arguments.json, "print one JSON object with everything")->group("Output");
  command.add_option("--trace", arguments.trace_file, "write every event of the run to this file, one JSON object a line")
      ->type_name("FILE")->group("Output");
  command.add_flag("--tree", arguments.tree, "show the branches as they run")->group("Output");
  command.add_flag("-q,--quiet", arguments.quiet, "print the answer and nothing else")->group("Output");
}

int run_solve(const SolveArguments& arguments) {
  auto outcome = solve(arguments);
  if (!outcome.ok()) return report_error(outcome.status());
  const SolvedRun& run = outcome->run;
  Status printed;
  if (arguments.json) printed = print_json(run);
  else if (arguments.quiet) printed = print_answer_only(run);
  else printed = print_report(run);
  if (!printed.ok()) return report_error(printed);
  if (!outcome->sinks.ok()) return report_error(outcome->sinks);
  return run.result.stop == StopReason::cancelled ? interrupt_exit_code() : kSuccess;
}

}  // namespace reckon::cli
