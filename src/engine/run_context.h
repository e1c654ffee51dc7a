// One run's Context: what a strategy sees of the engine. Made by Engine::solve.
#pragma once

#include <algorithm>

#include "engine/engine.h"

namespace reckon {

// Plug-ins of one run, made and checked before any token is spent.
struct RunPlugins {
  std::unique_ptr<Strategy> strategy;
  std::unique_ptr<Prompt> prompt;
  std::unique_ptr<Scorer> scorer;  // may be null
  Record record = Record::nothing;
  bool unsafe_exec = false;  // one of them was told to run programs also without isolation
};
Result<RunPlugins> make_plugins(const SolveRequest& request, const Registry& registry, const ModelInfo& model);

class RunContext final : public Context {
 public:
  RunContext(const SolveRequest& request, RunPlugins& plugins, const ModelRoles& roles, const Registry& registry);
  ~RunContext() override;

  // The strategy and the decode thread take turns (strategy_gate.h). Before prepare().
  void run_in_lockstep() { account_.gate = std::make_shared<StrategyGate>(); }
  // Renders and tokenises the prompt, and shows the scorer this context; must be called first.
  Status prepare();

  const Task& task() const override { return request_.task; }
  std::uint64_t seed() const override { return request_.seed; }
  Result<TraceRequest> open_trace(std::uint64_t index) override;
  Result<TraceRequest> open_chat(const ChatRequest& chat) override;
  using Context::generate;
  std::unique_ptr<Generation> generate(std::string_view role) override;
  const LanguageModel& model(std::string_view role) const override { return *roles_.find(role).model; }
  bool is_endpoint(std::string_view role) const override { return roles_.endpoint(role) != nullptr; }
  const std::string& query() const override;
  std::string extract_answer(const Trace& trace) const override;
  Scorer* scorer() override { return plugins_.scorer.get(); }
  Budget& budget() override { return *budget_; }
  Ledger& ledger() override { return ledger_; }
  bool should_stop() const override;
  bool out_of_time() const override;
  void emit(Event event) override;
  void warn(std::string text) override;
  void improve(const Answer& answer) override;

  bool has_listener() const { return request_.sink != nullptr; }
  StopReason stop_reason() const;
  double elapsed() const { return budget_->elapsed_milliseconds(); }
  const Answer* best_so_far() const { return best_ ? &*best_ : nullptr; }
  const Status& first_failure() const { return first_failure_; }
  std::vector<std::string> warnings() const {
    std::vector<std::string> all = warnings_;
    if (!unread_.ok()) all.push_back("an answer could not be read: " + unread_.to_string());
    return all;
  }
  // The depth (Bill) of a trace that is begun now, and what is known once it is back.
  std::int64_t begin_trace();
  void end_trace(std::int64_t depth) { depth_back_ = std::max(depth_back_, depth); }
  // Called for every trace that comes back: remembers failures and what cut the run short.
  void note_end(const Trace& trace);

 private:
  // What a prompt does about the thinking section, when one is controlled: open it, write it empty, or
  // (for questions on the side, such as a judge's) write it empty where the model has one of its own.
  enum class SectionUse { thinking, off, aside };
  Status resolve_section();
  bool thinking_off() const { return section_ != nullptr && chat_.thinking == ChatTemplateOptions::Thinking::off; }
  Result<Tokens> policy_tokens(std::span<const ChatMessage> messages, const std::string& prefill, SectionUse use) const;
  // Pays for a prompt that leaves room for `reply` tokens.
  Result<Sequence> open_prompt(const Tokens& tokens, int reply, const RoleModel& role);
  // What is asked of an endpoint.
  Result<TraceRequest> open_endpoint(const ChatRequest& chat);
  Result<Tokens> side_tokens(const ChatRequest& chat, const RoleModel& role) const;
  Result<Controllers> make_controllers(int max_tokens, SectionUse use) const;
  Status add_answer_stage(Controllers& controllers) const;

  const SolveRequest& request_;
  RunPlugins& plugins_;
  const ModelRoles& roles_;
  const LanguageModel& model_;  // the policy
  const Registry& registry_;
  std::atomic<bool> never_cancelled_{false};
  std::shared_ptr<Budget> budget_;
  Ledger ledger_;
  RunAccount account_;
  std::atomic<std::uint64_t> next_trace_{0};
  RenderedPrompt rendered_;
  ChatTemplateOptions chat_;  // the request's, or what a soft switch in the question says where that leaves it open
  std::shared_ptr<const ThinkSection> section_;  // null: no controller wants it
  Sequence prompt_;
  Controllers controllers_;  // as every trace of the task begins with; cloned for each
  std::int64_t depth_back_ = 0;   // of what has come back
  std::int64_t depth_begun_ = 0;  // of what has been begun
  std::optional<Answer> best_;
  Status first_failure_;
  mutable Status unread_;  // why an answer could not be read, the first time
  std::vector<std::string> warnings_;
  mutable std::atomic<StopReason> cut_{StopReason::finished};
};

}  // namespace reckon
