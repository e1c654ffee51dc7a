#include "engine/run_context.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "engine/endpoint_generation.h"
#include "scoring/answer_extract.h"
#include "thinking/answer_stage.h"

namespace reckon {
namespace {

// Tells the run's listeners when branches open and close.
class ReportedGeneration final : public Generation {
 public:
  ReportedGeneration(RunContext& context, std::unique_ptr<Generation> inner) : context_(context), inner_(std::move(inner)) {}
  ~ReportedGeneration() override {
    inner_->cancel_all();
    while (const auto trace = inner_->next()) report_end(*trace);  // nobody goes on from them: the run is no deeper
  }

  using Generation::add;
  std::vector<TraceId> add(std::vector<TraceRequest> requests) override {
    std::vector<std::uint64_t> parents;
    for (const auto& request : requests) parents.push_back(static_cast<std::uint64_t>(request.parent));
    std::vector<Purpose> purposes;
    for (const auto& request : requests) purposes.push_back(request.purpose);
    auto ids = inner_->add(std::move(requests));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (purposes[i] == Purpose::scoring) continue;
      depths_.emplace(ids[i], context_.begin_trace());
      context_.emit({.kind = EventKind::branch_opened, .trace = static_cast<std::uint64_t>(ids[i]), .parent = parents[i]});
    }
    return ids;
  }
  std::optional<Trace> next() override {
    auto trace = inner_->next();
    if (!trace) return trace;
    if (const auto depth = depths_.extract(trace->id); !depth.empty()) context_.end_trace(depth.mapped());
    report_end(*trace);
    return trace;
  }
  void cancel(TraceId trace) override { inner_->cancel(trace); }
  void cancel_all() override { inner_->cancel_all(); }
  int running() const override { return inner_->running(); }

 private:
  void report_end(const Trace& trace) {
    context_.note_end(trace);
    if (!context_.has_listener() || trace.purpose == Purpose::scoring) return;  // finding the answer costs more than the rest of a step
    context_.emit({.kind = EventKind::trace_finished,
                   .trace = static_cast<std::uint64_t>(trace.id),
                   .count = trace.counts.generated(),
                   .label = std::string(to_string(trace.finish)),
                   .text = context_.extract_answer(trace)});
  }

  RunContext& context_;
  std::unique_ptr<Generation> inner_;
  std::unordered_map<TraceId, std::int64_t> depths_;  // of what is running
};

// Conversations are far from the indices of the task's own traces, so that no random numbers are shared.
constexpr std::uint64_t kChats = std::uint64_t{1} << 63;

Status lacks(const Spec& spec, Need need) {
  return unsupported(spec.name + " needs " + std::string(to_string(need)) + ", which this model does not give");
}

Status check_needs(const Spec& spec, const ModelInfo& model) {
  for (Need need : spec.needs) {
    if (need == Need::fork && !model.can_fork) return lacks(spec, need);
    if ((need == Need::logprobs || need == Need::self_certainty) && !model.has_logits) return lacks(spec, need);
    if (need == Need::hidden_states && !model.has_hidden_states) return lacks(spec, need);
  }
  return ok_status();
}

}  // namespace

Result<RunPlugins> make_plugins(const SolveRequest& request, const Registry& registry, const ModelInfo& model) {
  RunPlugins plugins;
  const auto note_unsafe = [&plugins](const Spec& spec, const Options& options) {
    plugins.unsafe_exec |= spec.find("unsafe_exec") != nullptr && options.flag("unsafe_exec");
  };
  RECKON_ASSIGN_OR_RETURN(const auto* strategy, registry.strategies.find(request.strategy.name));
  RECKON_RETURN_IF_ERROR(check_needs(strategy->spec, model));
  RECKON_ASSIGN_OR_RETURN(const Options strategy_options, parse_options(strategy->spec, request.strategy.options));
  RECKON_ASSIGN_OR_RETURN(plugins.strategy, strategy->create(strategy_options));
  note_unsafe(strategy->spec, strategy_options);

  RECKON_ASSIGN_OR_RETURN(const auto* prompt, registry.prompts.find(request.prompt.name));
  RECKON_ASSIGN_OR_RETURN(const Options prompt_options, parse_options(prompt->spec, request.prompt.options));
  RECKON_ASSIGN_OR_RETURN(plugins.prompt, prompt->create(prompt_options));
  note_unsafe(prompt->spec, prompt_options);

  const auto check_checker = [&](const Spec& spec) {
    if (request.task.checker != nullptr || !spec.has(Need::checker)) return ok_status();
    return unsupported(spec.name + " needs a task with an exact checker, as the problems of `reckon list problems` have");
  };
  RECKON_RETURN_IF_ERROR(check_checker(strategy->spec));

  if (request.record_statistics) plugins.record = Record::statistics;
  std::string scorer_name = request.scorer.name;
  if (scorer_name.empty() && strategy->spec.has(Need::scorer)) scorer_name = "likelihood";
  if (!scorer_name.empty()) {
    RECKON_ASSIGN_OR_RETURN(const auto* scorer, registry.scorers.find(scorer_name));
    RECKON_RETURN_IF_ERROR(check_needs(scorer->spec, model));
    RECKON_RETURN_IF_ERROR(check_checker(scorer->spec));
    RECKON_ASSIGN_OR_RETURN(const Options scorer_options, parse_options(scorer->spec, request.scorer.options));
    RECKON_ASSIGN_OR_RETURN(plugins.scorer, scorer->create(scorer_options));
    note_unsafe(scorer->spec, scorer_options);
    if (plugins.scorer->ranks_within_a_call() && strategy->spec.has(Need::comparable_scores)) {
      return invalid_argument(scorer_name + " as it is set only ranks the candidates of one call, and " + strategy->spec.name +
                              " compares scores of several: choose another form of it, or best_of_n");
    }
    if (plugins.scorer->needs_statistics()) plugins.record = Record::statistics;
    if (plugins.scorer->needs_hidden_states()) plugins.record = Record::hidden_states;
  }
  for (const auto& choice : request.controllers) {
    RECKON_ASSIGN_OR_RETURN(const auto* controller, registry.controllers.find(choice.name));
    RECKON_RETURN_IF_ERROR(check_needs(controller->spec, model));
    RECKON_RETURN_IF_ERROR(parse_options(controller->spec, choice.options).status());
  }
  RECKON_RETURN_IF_ERROR(validate(request.sampling));
  return plugins;
}

RunContext::RunContext(const SolveRequest& request, RunPlugins& plugins, const ModelRoles& roles, const Registry& registry)
    : request_(request),
      plugins_(plugins),
      roles_(roles),
      model_(*roles.policy().model),
      registry_(registry),
      budget_(Budget::create(request.caps)),
      chat_(request.chat),
      prompt_(roles.policy().scheduler->create_sequence()) {
  account_.seed = request.seed;
  account_.budget = budget_.get();
  account_.ledger = &ledger_;
  account_.sink = request.sink;
  account_.cancelled = request.cancelled != nullptr ? request.cancelled : &never_cancelled_;
  account_.next_trace = &next_trace_;
}

RunContext::~RunContext() {
  if (account_.gate != nullptr) account_.gate->close();
}

Status RunContext::resolve_section() {
  bool wanted = false;
  for (const auto& choice : request_.controllers) {
    RECKON_ASSIGN_OR_RETURN(const auto* entry, registry_.controllers.find(choice.name));
    wanted |= entry->spec.has(Need::think_section);
  }
  if (!wanted) return ok_status();
  if (rendered_.answer_stage) return invalid_argument("a controlled thinking section and the prompt's second stage both end the reasoning; use one of them");
  RECKON_ASSIGN_OR_RETURN(const ThinkFamily family, choose_think_family(request_.think_markers, request_.think_family, model_.info(), model_.vocabulary()));
  RECKON_ASSIGN_OR_RETURN(section_, resolve_think_section(family, model_.vocabulary()));
  using Thinking = ChatTemplateOptions::Thinking;
  const auto soft_switch = soft_switch_in(family, request_.task.question);
  if (soft_switch && chat_.thinking == Thinking::template_default) chat_.thinking = *soft_switch ? Thinking::on : Thinking::off;
  return ok_status();
}

Status RunContext::prepare() {
  RECKON_ASSIGN_OR_RETURN(rendered_, plugins_.prompt->render(request_.task));
  RECKON_RETURN_IF_ERROR(resolve_section());
  const SectionUse use = thinking_off() ? SectionUse::off : SectionUse::thinking;
  RECKON_ASSIGN_OR_RETURN(const Tokens tokens, policy_tokens(rendered_.messages, rendered_.prefill, use));
  RECKON_ASSIGN_OR_RETURN(prompt_, open_prompt(tokens, 1, roles_.policy()));
  RECKON_ASSIGN_OR_RETURN(controllers_, make_controllers(request_.max_tokens, SectionUse::thinking));
  RECKON_RETURN_IF_ERROR(add_answer_stage(controllers_));
  return plugins_.scorer != nullptr ? plugins_.scorer->attach(*this) : ok_status();
}

Result<Tokens> RunContext::policy_tokens(std::span<const ChatMessage> messages, const std::string& prefill, SectionUse use) const {
  ChatTemplateOptions chat = chat_;
  std::string beginning = prefill;
  if (section_ != nullptr) {
    using Thinking = ChatTemplateOptions::Thinking;
    chat.thinking = use == SectionUse::thinking ? Thinking::on : Thinking::off;
    RECKON_ASSIGN_OR_RETURN(const Tokens templated, model_.tokenize_chat(messages, chat, ""));
    const std::string opening = section_prefill(*section_, model_.vocabulary(), templated, use != SectionUse::thinking);
    if (use == SectionUse::thinking) beginning = opening + prefill;
    // Without thinking the prompt's own beginning, which starts the reasoning, makes no sense.
    if (use == SectionUse::off) beginning = opening;
    if (use == SectionUse::aside && section_->family.native) beginning = opening + prefill;
  }
  return model_.tokenize_chat(messages, chat, beginning);
}

// A conversation on the side, or plain text when there is no message.
Result<Tokens> RunContext::side_tokens(const ChatRequest& chat, const RoleModel& role) const {
  if (chat.messages.empty()) {
    Tokens tokens = role.model->vocabulary().tokenize(chat.prefill, ControlTokens::parse);
    if (const TokenId bos = role.model->info().bos; bos != kNoToken) tokens.insert(tokens.begin(), bos);
    return tokens;
  }
  if (role.model == roles_.policy().model) return policy_tokens(chat.messages, chat.prefill, SectionUse::aside);
  return role.model->tokenize_chat(chat.messages, {.thinking = ChatTemplateOptions::Thinking::off}, chat.prefill);
}

Result<Sequence> RunContext::open_prompt(const Tokens& tokens, int reply, const RoleModel& role) {
  if (tokens.empty()) return invalid_argument("the prompt is empty for this model's vocabulary");
  const int context = role.scheduler->limits().context_tokens;
  if (static_cast<int>(tokens.size()) + reply > context) {
    const std::string and_reply = reply > 1 ? " and its reply may take " + std::to_string(reply) : "";
    return invalid_argument("the prompt has " + std::to_string(tokens.size()) + " tokens" + and_reply + ", but the context holds " +
                            std::to_string(context) + "; shorten it or raise --context");
  }
  const auto length = static_cast<std::int64_t>(tokens.size());
  // Late is not too long: after the deadline a trace is ended before anything of it is computed.
  if (!budget_->reserve_other(length, role.model->info().flops_per_token()) && budget_->exhausted() != Cap::milliseconds) {
    return budget_exhausted("the prompt alone (" + std::to_string(length) + " tokens) passes the budget");
  }
  Sequence prompt = role.scheduler->create_sequence();
  prompt.append(tokens);
  prompt.mark_prompt();
  return prompt;
}

Result<Controllers> RunContext::make_controllers(int max_tokens, SectionUse use) const {
  Controllers controllers;
  const ControllerEnvironment environment{model_.vocabulary(), model_.info(), max_tokens, section_, thinking_off(), request_.answer_now};
  std::multimap<int, std::unique_ptr<Controller>> by_authority;
  for (const auto& choice : request_.controllers) {
    RECKON_ASSIGN_OR_RETURN(const auto* entry, registry_.controllers.find(choice.name));
    if (use == SectionUse::aside && entry->spec.has(Need::think_section)) continue;
    RECKON_ASSIGN_OR_RETURN(const Options options, parse_options(entry->spec, choice.options));
    RECKON_ASSIGN_OR_RETURN(auto controller, entry->create(options, environment));
    by_authority.emplace(entry->spec.authority, std::move(controller));
  }
  const bool owned = std::ranges::any_of(by_authority, [](const auto& entry) { return entry.second->section().has_value(); });
  if (section_ != nullptr && use == SectionUse::thinking && !owned) {
    // Somebody wants to end the thinking: think_budget, as it is by default, knows how.
    RECKON_ASSIGN_OR_RETURN(const auto* entry, registry_.controllers.find("think_budget"));
    RECKON_ASSIGN_OR_RETURN(const Options options, default_options(entry->spec));
    RECKON_ASSIGN_OR_RETURN(auto controller, entry->create(options, environment));
    by_authority.emplace(entry->spec.authority, std::move(controller));
  }
  for (auto& [authority, controller] : by_authority) controllers.push_back(std::move(controller));
  return controllers;
}

Status RunContext::add_answer_stage(Controllers& controllers) const {
  if (!rendered_.answer_stage) return ok_status();
  const AnswerStage& stage = *rendered_.answer_stage;
  AnswerStageOptions options;
  options.trigger = model_.vocabulary().tokenize(stage.trigger, ControlTokens::as_text);
  options.max_answer_tokens = stage.max_answer_tokens;
  const auto reserved = static_cast<std::int64_t>(options.trigger.size()) + stage.max_answer_tokens;
  options.max_reasoning_tokens = request_.max_tokens - reserved;
  if (stage.max_reasoning_tokens > 0) {
    options.max_reasoning_tokens = std::min<std::int64_t>(options.max_reasoning_tokens, stage.max_reasoning_tokens);
  }
  if (options.max_reasoning_tokens < 1) {
    return invalid_argument("max_tokens = " + std::to_string(request_.max_tokens) + " leaves no room to reason: the answer stage needs " +
                            std::to_string(reserved) + " tokens of it");
  }
  controllers.push_back(std::make_unique<AnswerStageController>(std::move(options)));
  return ok_status();
}

Result<TraceRequest> RunContext::open_trace(std::uint64_t index) {
  TraceRequest request;
  request.branch.sequence = prompt_.fork();
  request.branch.path = BranchPath::root(index);
  request.branch.prompt_tokens = prompt_.length();
  request.branch.controllers = clone_all(controllers_);
  request.sampling = request_.sampling;
  request.max_tokens = request_.max_tokens;
  request.stop_strings = rendered_.stop_strings;
  request.record = plugins_.record;
  return request;
}

Result<TraceRequest> RunContext::open_chat(const ChatRequest& chat) {
  if (is_endpoint(chat.role)) return open_endpoint(chat);
  const RoleModel& role = roles_.find(chat.role);
  const bool plain = chat.purpose == Purpose::scoring || role.model != roles_.policy().model;
  TraceRequest request;
  request.purpose = chat.purpose;
  request.max_tokens = std::min(chat.reply_tokens, request_.max_tokens);
  RECKON_ASSIGN_OR_RETURN(const Tokens tokens, side_tokens(chat, role));
  if (!plain) {
    RECKON_ASSIGN_OR_RETURN(request.branch.controllers, make_controllers(request.max_tokens, SectionUse::aside));
  }
  RECKON_ASSIGN_OR_RETURN(request.branch.sequence, open_prompt(tokens, request.max_tokens, role));
  request.branch.path = BranchPath::root(kChats + chat.index);
  request.branch.prompt_tokens = request.branch.sequence.length();
  request.sampling = request_.sampling;
  if (!plain) request.record = plugins_.record;
  if (!chat.reference.empty()) {
    request.reference = std::make_shared<const Tokens>(role.model->vocabulary().tokenize(chat.reference, ControlTokens::as_text));
  }
  return request;
}

Result<TraceRequest> RunContext::open_endpoint(const ChatRequest& chat) {
  if (chat.messages.empty()) return unsupported("the role " + chat.role + " is played by an endpoint, which takes conversations only");
  TraceRequest request;
  request.conversation = std::make_shared<const Conversation>(Conversation{chat.messages, chat.prefill});
  request.purpose = chat.purpose;
  request.max_tokens = std::min(chat.reply_tokens, request_.max_tokens);
  request.branch.sequence = roles_.policy().scheduler->create_sequence();  // empty: it may be forked and dropped
  request.branch.path = BranchPath::root(kChats + chat.index);
  request.sampling = request_.sampling;
  return request;
}

std::unique_ptr<Generation> RunContext::generate(std::string_view role) {
  if (const ChatEndpoint* endpoint = roles_.endpoint(role)) {
    return std::make_unique<ReportedGeneration>(*this, std::make_unique<EndpointGeneration>(*endpoint, account_));
  }
  return std::make_unique<ReportedGeneration>(*this, roles_.find(role).scheduler->generate(account_));
}

const std::string& RunContext::query() const {
  const auto last = std::ranges::find(rendered_.messages.rbegin(), rendered_.messages.rend(), "user", &ChatMessage::role);
  return last != rendered_.messages.rend() ? last->content : request_.task.question;
}

std::string RunContext::extract_answer(const Trace& trace) const {
  std::string_view text = trace.full_text;
  if (rendered_.read_answer) {
    const bool answers = trace.think && trace.think->answer_begins >= 0 && trace.answer_offset <= text.size();
    auto answer = rendered_.read_answer(answers ? text.substr(trace.answer_offset) : text);
    if (!answer.ok() && unread_.ok()) unread_ = answer.status();
    return answer.ok() ? std::move(answer).value() : std::string();
  }
  if (section_ != nullptr && trace.think && trace.think->answer_begins >= 0 && trace.answer_offset <= text.size()) {
    // What follows "Final Answer:" is the answer; what follows a native section is a reply that has it.
    const std::string_view reply = text.substr(trace.answer_offset);
    std::string answer = section_->family.native ? reckon::extract_answer(reply, rendered_.answer_style).text
                                                 : extract_after_trigger(reply, rendered_.answer_style).text;
    if (!answer.empty()) return answer;
  }
  if (rendered_.answer_stage) {
    const auto at = text.rfind(rendered_.answer_stage->trigger);
    if (at != std::string_view::npos) {
      return extract_after_trigger(text.substr(at + rendered_.answer_stage->trigger.size()), rendered_.answer_style).text;
    }
  }
  return reckon::extract_answer(text, rendered_.answer_style).text;
}

bool RunContext::should_stop() const {
  if (account_.cancelled->load(std::memory_order_relaxed)) return true;
  const Cap cap = budget_->exhausted();
  if (cap == Cap::none) return false;
  cut_ = cap == Cap::milliseconds ? StopReason::deadline : StopReason::budget;
  return true;
}

bool RunContext::out_of_time() const {
  if (!should_stop()) return false;
  return account_.cancelled->load(std::memory_order_relaxed) || budget_->exhausted() == Cap::milliseconds;
}

StopReason RunContext::stop_reason() const {
  return account_.cancelled->load(std::memory_order_relaxed) ? StopReason::cancelled : cut_.load();
}

void RunContext::emit(Event event) {
  if (request_.sink == nullptr) return;
  event.milliseconds = elapsed();
  request_.sink->emit(event);
}

void RunContext::warn(std::string text) {
  warnings_.push_back(text);
  emit({.kind = EventKind::warning, .text = std::move(text)});
}

void RunContext::improve(const Answer& answer) {
  best_ = answer;
  emit({.kind = EventKind::answer_improved, .value = answer.agreement, .text = answer.text});
}

std::int64_t RunContext::begin_trace() {
  const std::int64_t depth = depth_back_ + 1;
  if (depth > depth_begun_) ledger_.charge({.depth = depth_begun_ = depth});
  return depth;
}

void RunContext::note_end(const Trace& trace) {
  if (trace.finish == FinishReason::failed && first_failure_.ok()) first_failure_ = trace.error;
  if (trace.finish == FinishReason::context_full && trace.counts.generated() == 0) warn("a trace found no room in the KV cache; try more --context");
  if (trace.finish == FinishReason::budget) cut_ = StopReason::budget;
  if (trace.finish == FinishReason::deadline) cut_ = StopReason::deadline;
}

}  // namespace reckon
