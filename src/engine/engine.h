// The engine: composition. It owns a model's scheduler, knows every plug-in, and runs a request from
// question to answer and bill.
//
// Threading: solve() is thread-safe; each call blocks its thread while its traces share the decode
// thread with everybody else's. Determinism: the same request gives the same answer whatever runs
// beside it, up to floating-point effects of batch shapes; with EngineOptions::deterministic these are
// excluded too (docs/decisions/0003).
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/model_roles.h"
#include "engine/scheduler.h"
#include "model/language_model.h"
#include "search/budget.h"
#include "search/registry.h"
#include "search/task.h"

namespace reckon {

struct EngineOptions {
  int slots = 32;
  int cells = 0;    // 0: enough for `slots` branches of moderate length, at least one full context
  int context = 4096;  // longest branch, in tokens; never more than the model was trained for
  int threads = 0;  // 0: all cores
  bool deterministic = false;
};

// A plug-in by name with its option values as text.
struct PluginChoice {
  std::string name;
  std::map<std::string, std::string> options;
  bool operator==(const PluginChoice&) const = default;
};

struct SolveRequest {
  Task task;
  PluginChoice strategy{"vote", {}};
  PluginChoice prompt{"cot", {}};
  std::vector<PluginChoice> controllers;  // in any order: their specs say who decides first
  PluginChoice scorer;                    // empty name: none, or what the strategy asks for
  SamplingSettings sampling;
  int max_tokens = 1024;  // per trace
  BudgetCaps caps;
  std::uint64_t seed = 0;
  bool record_statistics = false;  // of every trace's tokens, also when no scorer asks
  ChatTemplateOptions chat;  // with thinking off, a controlled thinking section is written empty
  std::string think_family;   // name in the table of thinking markers; empty: the first that fits the model
  std::string think_markers;  // file with more families; empty: none
  EventSink* sink = nullptr;                      // outlives the call
  const std::atomic<bool>* cancelled = nullptr;   // outlives the call; set it to stop
  const std::atomic<bool>* answer_now = nullptr;  // outlives the call; set it to end all thinking (think_budget)
};

struct SolveResult {
  Answer answer;
  Bill bill;
  StopReason stop = StopReason::finished;
  Cap cap = Cap::none;  // which one, when `stop` says budget
  double milliseconds = 0.0;
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> create(std::shared_ptr<const LanguageModel> model, const EngineOptions& options);
  ~Engine();

  // Another model for what strategies and scorers ask under this name ("reward", "judge", "feedback", ...);
  // the policy answers for roles without one. Before the first solve(). Errors: those of create().
  Status add_role(const std::string& role, std::shared_ptr<const LanguageModel> model, const EngineOptions& options);

  // The same with another engine, for roles that are asked in words. Errors: invalid_argument for a role without a name.
  Status add_role(const std::string& role, std::shared_ptr<const ChatEndpoint> endpoint);

  // Errors: not_found or invalid_argument for plug-ins and options, invalid_argument for an empty
  // question or a prompt that does not fit, unsupported when the model lacks what a plug-in needs,
  // model_failure when no trace survived. Running into a cap is not an error.
  Result<SolveResult> solve(const SolveRequest& request);
  // The same checks without spending a token.
  Status check(const SolveRequest& request) const;

  const LanguageModel& model() const { return *roles_.policy().model; }
  const Registry& registry() const { return registry_; }
  Registry& mutable_registry() { return registry_; }  // for tests, before the first solve
  Scheduler& scheduler() { return *roles_.policy().scheduler; }
  const ModelRoles& roles() const { return roles_; }

 private:
  Engine(RoleModel policy, const EngineOptions& options);

  EngineOptions options_;
  Registry registry_;
  ModelRoles roles_;
};

}  // namespace reckon
