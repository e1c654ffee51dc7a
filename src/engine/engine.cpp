#include "engine/engine.h"

#include <algorithm>
#include <thread>

#include "base/text.h"
#include "engine/run_context.h"
#include "programs/program_meter.h"
#include "programs/program_runner.h"

namespace reckon {
namespace {

// Most tokens that a branch is expected to hold on average when cells are sized by default.
constexpr int kModerateBranch = 768;

int core_count(int asked) {
  if (asked > 0) return asked;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Status check_request(const SolveRequest& request) {
  if (trim(request.task.question).empty()) return invalid_argument("the question is empty");
  if (request.max_tokens < 1) return invalid_argument("max_tokens must be at least 1");
  return ok_status();
}

// Of a machine that was told to run programs either way.
bool isolates_programs() {
  const auto runner = ProgramRunner::shared({.unsafe_exec = true});
  return runner.ok() && (*runner)->isolation() != sandbox::Isolation::none;
}

}  // namespace

Engine::Engine(RoleModel policy, const EngineOptions& options) : options_(options), roles_(std::move(policy)) {
  register_all_plugins(registry_);
}

Engine::~Engine() = default;

namespace {

Result<RoleModel> start_model(std::shared_ptr<const LanguageModel> model, const EngineOptions& options) {
  if (options.slots < 1) return invalid_argument("slots must be at least 1");
  const int trained = model->info().training_context;
  const int context = trained > 0 ? std::min(options.context, trained) : options.context;
  ContextOptions context_options;
  context_options.slots = options.slots;
  context_options.threads = core_count(options.threads);
  context_options.deterministic = options.deterministic;
  context_options.context = context;
  context_options.cells = options.cells > 0 ? options.cells : std::max(context, options.slots * kModerateBranch);
  RECKON_ASSIGN_OR_RETURN(auto kv, model->create_context(context_options));
  auto decoder = std::make_unique<Decoder>(std::move(kv), DecoderOptions{.deterministic = options.deterministic});
  auto scheduler = std::make_unique<Scheduler>(*model, std::move(decoder), context_options.threads);
  return RoleModel{std::move(model), std::move(scheduler)};
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::create(std::shared_ptr<const LanguageModel> model, const EngineOptions& options) {
  RECKON_ASSIGN_OR_RETURN(RoleModel policy, start_model(std::move(model), options));
  return std::unique_ptr<Engine>(new Engine(std::move(policy), options));
}

namespace {
Status check_role(const std::string& role) {
  return role.empty() ? invalid_argument("a role needs a name, such as reward or judge") : ok_status();
}
}  // namespace

Status Engine::add_role(const std::string& role, std::shared_ptr<const ChatEndpoint> endpoint) {
  RECKON_RETURN_IF_ERROR(check_role(role));
  roles_.add_endpoint(role, std::move(endpoint));
  return ok_status();
}

Status Engine::add_role(const std::string& role, std::shared_ptr<const LanguageModel> model, const EngineOptions& options) {
  RECKON_RETURN_IF_ERROR(check_role(role));
  RECKON_ASSIGN_OR_RETURN(RoleModel started, start_model(std::move(model), options));
  roles_.add(role, std::move(started));
  return ok_status();
}

Status Engine::check(const SolveRequest& request) const {
  RECKON_RETURN_IF_ERROR(check_request(request));
  return make_plugins(request, registry_, model().info()).status();
}

Result<SolveResult> Engine::solve(const SolveRequest& request) {
  RECKON_RETURN_IF_ERROR(check_request(request));
  RECKON_ASSIGN_OR_RETURN(RunPlugins plugins, make_plugins(request, registry_, model().info()));
  RunContext context(request, plugins, roles_, registry_);
  if (options_.deterministic) context.run_in_lockstep();
  RECKON_RETURN_IF_ERROR(context.prepare());
  if (plugins.unsafe_exec && !isolates_programs()) context.warn("model-written programs ran without isolation (unsafe_exec)");
  context.emit({.kind = EventKind::run_started, .label = request.strategy.name});

  const ProgramMeter programs;
  Result<Answer> answer = plugins.strategy->run(context, request.task);
  if (!answer.ok() && context.best_so_far() != nullptr) {
    context.warn("stopped early: " + answer.status().to_string());
    answer = Answer(*context.best_so_far());
  }
  if (!answer.ok()) return answer.status().while_doing("running " + request.strategy.name);

  SolveResult result;
  result.answer = std::move(answer).value();
  result.stop = context.stop_reason();
  if (result.stop == StopReason::budget) result.cap = context.budget().exhausted();
  if (result.answer.traces == 0 && !context.first_failure().ok()) {
    return context.first_failure().while_doing("running " + request.strategy.name);
  }
  result.answer.warnings = context.warnings();
  context.ledger().charge({.program_runs = programs.usage().runs, .program_seconds = programs.usage().seconds});
  result.bill = context.ledger().bill();
  result.milliseconds = context.elapsed();
  if (result.stop == StopReason::budget) context.emit({.kind = EventKind::budget, .label = std::string(to_string(result.cap))});
  context.emit({.kind = EventKind::run_finished, .value = result.answer.agreement, .text = result.answer.text});
  return result;
}

}  // namespace reckon
