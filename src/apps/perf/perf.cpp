#include "apps/perf/perf.h"

#include <sys/resource.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "apps/perf/never_ends.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "engine/load_model.h"
#include "engine/scheduler.h"
#include "search/registry.h"
#include "thinking/think_markers.h"

namespace reckon {
namespace {

double now_seconds() { return system_clock().milliseconds() / 1000.0; }

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

int threads_or_all(int asked) { return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

class FirstTokenTime final : public EventSink {
 public:
  bool wants_tokens() const override { return true; }
  void emit(const Event& event) override {
    if (event.kind == EventKind::tokens && first_ == 0.0) first_ = now_seconds();
  }
  double first() const { return first_; }

 private:
  double first_ = 0.0;  // written by the decode thread, read when nothing runs
};

// A scheduler and the accounts of one run without limits.
struct Rig {
  std::unique_ptr<Scheduler> scheduler;
  std::shared_ptr<Budget> budget = Budget::create({});
  Ledger ledger;
  std::atomic<bool> cancelled{false};
  std::atomic<std::uint64_t> next_trace{0};

  static Result<std::unique_ptr<Rig>> create(const LanguageModel& model, const ContextOptions& options) {
    auto rig = std::make_unique<Rig>();
    RECKON_ASSIGN_OR_RETURN(auto context, model.create_context(options));
    rig->scheduler = std::make_unique<Scheduler>(model, std::make_unique<Decoder>(std::move(context), DecoderOptions{}), options.threads);
    return rig;
  }
  RunAccount account(EventSink* sink) { return {1, budget.get(), &ledger, sink, &cancelled, &next_trace}; }
};

Tokens random_prompt(const Vocabulary& vocabulary, int n) {
  Rng rng(42);
  Tokens tokens;
  while (static_cast<int>(tokens.size()) < n) {
    const auto token = static_cast<TokenId>(rng.below(static_cast<std::uint64_t>(vocabulary.usable_size())));
    if (!vocabulary.is_control(token)) tokens.push_back(token);
  }
  return tokens;
}

using MakeControllers = std::function<Result<Controllers>()>;

Result<PerfSamplesRow> measure_samples(const LanguageModel& model, const PerfSamplesOptions& options, int samples,
                                       const MakeControllers& make_controllers) {
  const int threads = threads_or_all(options.threads);
  const int cells = options.prompt_tokens + samples * (options.tokens + 1) + 64;
  RECKON_ASSIGN_OR_RETURN(auto rig, Rig::create(model, {.slots = samples, .cells = cells, .context = cells, .threads = threads}));
  FirstTokenTime sink;
  PerfSamplesRow row;
  row.samples = samples;
  const double start = now_seconds();
  {
    Sequence prompt = rig->scheduler->create_sequence();
    prompt.append(random_prompt(model.vocabulary(), options.prompt_tokens));
    prompt.mark_prompt();
    const auto generation = rig->scheduler->generate(rig->account(&sink));
    std::vector<TraceRequest> requests;
    for (int i = 0; i < samples; ++i) {
      TraceRequest& request = requests.emplace_back();
      request.branch.sequence = prompt.fork();
      request.branch.path = BranchPath::root(static_cast<std::uint64_t>(i));
      request.branch.prompt_tokens = prompt.length();
      if (make_controllers) {
        RECKON_ASSIGN_OR_RETURN(request.branch.controllers, make_controllers());
      }
      request.branch.controllers.push_back(std::make_unique<NeverEnds>(model.vocabulary()));
      request.max_tokens = options.tokens + 1;  // the first comes with the prompt
    }
    generation->add(std::move(requests));
    while (auto trace = generation->next()) {
      if (trace->finish == FinishReason::failed) return trace->error;
    }
  }
  const double end = now_seconds();
  const SchedulerStats stats = rig->scheduler->stats();
  row.total_seconds = end - start;
  row.prompt_seconds = sink.first() - start;
  row.tokens_per_second = samples * options.tokens / (end - sink.first());
  row.prompt_tokens_computed = rig->ledger.bill().tokens.prefilled;
  row.sampling_share = stats.sample_milliseconds / (stats.sample_milliseconds + stats.decode_milliseconds);
  row.sampling_microseconds = stats.sample_milliseconds * 1e3 / static_cast<double>(stats.steps);
  row.step_microseconds = row.sampling_microseconds + stats.decode_milliseconds * 1e3 / static_cast<double>(stats.steps);
  row.peak_megabytes = peak_megabytes();
  return row;
}

}  // namespace

Result<std::vector<PerfSamplesRow>> perf_samples(std::shared_ptr<const LanguageModel> model, const PerfSamplesOptions& options) {
  std::vector<PerfSamplesRow> rows;
  for (int samples : options.samples) {
    RECKON_ASSIGN_OR_RETURN(PerfSamplesRow row, measure_samples(*model, options, samples, {}));
    rows.push_back(row);
  }
  return rows;
}

Result<std::vector<PerfControllersRow>> perf_controllers(std::shared_ptr<const LanguageModel> model, const std::vector<std::string>& names,
                                                         int samples, int tokens, int rounds) {
  Registry registry;
  register_all_plugins(registry);
  RECKON_ASSIGN_OR_RETURN(const ThinkFamily family, choose_think_family("", "", model->info(), model->vocabulary()));
  RECKON_ASSIGN_OR_RETURN(const auto section, resolve_think_section(family, model->vocabulary()));
  const auto make = [&](const std::vector<std::string>& wanted) -> Result<Controllers> {
    Controllers controllers;
    const ControllerEnvironment environment{model->vocabulary(), model->info(), 1 << 20, section};
    for (const std::string& name : wanted) {
      RECKON_ASSIGN_OR_RETURN(const auto* entry, registry.controllers.find(name));
      RECKON_ASSIGN_OR_RETURN(const Options options, default_options(entry->spec));
      RECKON_ASSIGN_OR_RETURN(auto controller, entry->create(options, environment));
      controllers.push_back(std::move(controller));
    }
    return controllers;
  };
  std::vector<std::vector<std::string>> sets = {{}};
  for (const std::string& name : names) sets.push_back({name});
  if (names.size() > 1) sets.push_back(names);
  std::vector<PerfControllersRow> rows(sets.size());
  std::vector<double> step(sets.size(), 0.0);
  const PerfSamplesOptions options{.prompt_tokens = 64, .tokens = tokens};
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < sets.size(); ++i) {
      RECKON_ASSIGN_OR_RETURN(const PerfSamplesRow row, measure_samples(*model, options, samples, [&] { return make(sets[i]); }));
      const bool best = round == 0 || row.sampling_microseconds < rows[i].sampling_microseconds;
      rows[i].tokens_per_second = std::max(rows[i].tokens_per_second, row.tokens_per_second);
      if (best) rows[i].sampling_microseconds = row.sampling_microseconds;
      step[i] = round == 0 ? row.step_microseconds : std::min(step[i], row.step_microseconds);
    }
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    rows[i].controllers = sets[i].empty() ? "none" : join(sets[i], "+");
    rows[i].cost = (rows[i].sampling_microseconds - rows[0].sampling_microseconds) / step[0];
  }
  return rows;
}

Result<std::vector<PerfForkRow>> perf_fork(std::shared_ptr<const LanguageModel> model, const std::vector<int>& depths) {
  if (model == nullptr) {
    RECKON_ASSIGN_OR_RETURN(model, load_model("fake:constant"));
  }
  std::vector<PerfForkRow> rows;
  for (int depth : depths) {
    const ContextOptions options{.slots = 4, .cells = depth + 256, .context = depth + 256, .threads = threads_or_all(0)};
    RECKON_ASSIGN_OR_RETURN(auto context, model->create_context(options));
    Decoder decoder(std::move(context), {});
    Sequence base = decoder.create();
    base.append(random_prompt(model->vocabulary(), depth));
    auto evaluate = [&](Sequence& sequence) -> Status {
      Sequence* list[] = {&sequence};
      while (true) {
        RECKON_ASSIGN_OR_RETURN(const auto done, decoder.evaluate(list));
        if (done.front().ready()) return ok_status();
      }
    };
    RECKON_RETURN_IF_ERROR(evaluate(base));
    PerfForkRow row;
    row.depth = depth;
    constexpr int kForks = 20000;
    double start = now_seconds();
    for (int i = 0; i < kForks; ++i) Sequence fork = base.fork();
    row.fork_microseconds = (now_seconds() - start) * 1e6 / kForks;
    // Both sides of the difference decode one token at this depth; only one of them binds a fork.
    constexpr int kBinds = 16;
    double plain = 0.0;
    double bound = 0.0;
    const TokenId token = base.at(0);
    for (int i = 0; i < kBinds; ++i) {
      Sequence fork = base.fork();
      fork.append(token);
      start = now_seconds();
      RECKON_RETURN_IF_ERROR(evaluate(fork));
      bound += now_seconds() - start;
      fork.append(token);
      start = now_seconds();
      RECKON_RETURN_IF_ERROR(evaluate(fork));
      plain += now_seconds() - start;
    }
    row.bind_microseconds = (bound - plain) * 1e6 / kBinds;
    rows.push_back(row);
  }
  return rows;
}

namespace {

struct TimedTrace {
  Tokens tokens;
  std::string text;
  double tokens_per_second = 0.0;
  std::int64_t rejected = 0;
};

// One greedy trace after a chat prompt.
Result<TimedTrace> time_reply(const LanguageModel& model, Rig& rig, const std::string& message, int most, std::shared_ptr<const Tokens> reference) {
  const std::vector<ChatMessage> messages{{"user", message}};
  RECKON_ASSIGN_OR_RETURN(const Tokens prompt, model.tokenize_chat(messages, {.thinking = ChatTemplateOptions::Thinking::off}, ""));
  FirstTokenTime sink;
  TraceRequest request;
  request.branch.sequence = rig.scheduler->create_sequence();
  request.branch.sequence.append(prompt);
  request.branch.sequence.mark_prompt();
  request.branch.prompt_tokens = request.branch.sequence.length();
  request.sampling.temperature = 0.0;
  request.max_tokens = most;
  request.reference = std::move(reference);
  const auto generation = rig.scheduler->generate(rig.account(&sink));
  generation->add(std::move(request));
  auto trace = generation->next();
  const double end = now_seconds();
  if (trace->finish == FinishReason::failed) return trace->error;
  TimedTrace timed;
  timed.tokens = trace->branch.sequence.tokens_from(trace->branch.prompt_tokens);
  timed.text = std::move(trace->full_text);
  timed.tokens_per_second = static_cast<double>(timed.tokens.size()) / (end - sink.first());
  timed.rejected = trace->counts.rejected;
  return timed;
}

}  // namespace

Result<std::vector<PerfEditRow>> perf_edit(std::shared_ptr<const LanguageModel> model, const PerfEditOptions& options) {
  const std::vector<std::pair<std::string, std::string>> tasks{
      {"how a lighthouse works", "write LIGHT for every light"},
      {"a walk through a market in the morning", "put the last sentence in capital letters"},
      {"why the sky is blue", "begin with the words: In short,"},
  };
  std::vector<PerfEditRow> rows;
  for (const auto& [subject, change] : tasks) {
    const int cells = 4 * options.draft_tokens + 512;
    RECKON_ASSIGN_OR_RETURN(auto rig, Rig::create(*model, {.slots = 4, .cells = 2 * cells, .context = cells, .threads = threads_or_all(options.threads)}));
    RECKON_ASSIGN_OR_RETURN(const TimedTrace draft, time_reply(*model, *rig, "Write a long text about " + subject + ".", options.draft_tokens, nullptr));
    const std::string request = "Here is a text:\n\n" + draft.text + "\n\nRepeat this text word for word, but " + change + ". Write only the text.";
    const auto reference = std::make_shared<const Tokens>(model->vocabulary().tokenize(draft.text, ControlTokens::as_text));
    const int most = options.draft_tokens + options.draft_tokens / 4;
    // The prompt is computed beforehand, so that both edits begin from the same keys and values.
    RECKON_RETURN_IF_ERROR(time_reply(*model, *rig, request, 1, nullptr).status());
    RECKON_ASSIGN_OR_RETURN(const TimedTrace plain, time_reply(*model, *rig, request, most, nullptr));
    RECKON_ASSIGN_OR_RETURN(const TimedTrace lookup, time_reply(*model, *rig, request, most, reference));
    PerfEditRow row;
    row.draft = static_cast<int>(draft.tokens.size());
    row.tokens = static_cast<std::int64_t>(plain.tokens.size());
    row.plain_tokens_per_second = plain.tokens_per_second;
    row.lookup_tokens_per_second = lookup.tokens_per_second;
    row.rejected = lookup.rejected;
    row.equal = plain.tokens == lookup.tokens;
    row.equal_tokens = std::ranges::mismatch(plain.tokens, lookup.tokens).in1 - plain.tokens.begin();
    rows.push_back(row);
  }
  return rows;
}

Result<PerfOverhead> perf_overhead(int branches, int tokens) {
  RECKON_ASSIGN_OR_RETURN(const auto model, load_model("fake:constant"));
  PerfOverhead result;
  result.branches = branches;
  // One sampling thread: with rows of 64 logits, waking others would cost more than it saves.
  RECKON_ASSIGN_OR_RETURN(auto rig, Rig::create(*model, {.slots = branches, .cells = 1 << 20, .context = 1 << 20, .threads = 1}));
  Sequence prompt = rig->scheduler->create_sequence();
  prompt.append(random_prompt(model->vocabulary(), 16));
  auto request_of = [&](int index, int length) {
    TraceRequest request;
    request.branch.sequence = prompt.fork();
    request.branch.path = BranchPath::root(static_cast<std::uint64_t>(index));
    request.branch.prompt_tokens = prompt.length();
    request.max_tokens = length;
    return request;
  };
  const auto generation = rig->scheduler->generate(rig->account(nullptr));
  auto add_round = [&](int first, int length) {
    std::vector<TraceRequest> requests;
    for (int i = 0; i < branches; ++i) requests.push_back(request_of(first + i, length));
    generation->add(std::move(requests));
  };
  add_round(0, tokens);
  double start = now_seconds();
  while (generation->next()) {
  }
  result.microseconds_per_token = (now_seconds() - start) * 1e6 / (static_cast<double>(branches) * tokens);

  SamplerScratch scratch;
  std::vector<float> row(static_cast<std::size_t>(model->vocabulary().size()), 0.0F);
  start = now_seconds();
  for (int i = 0; i < 100000; ++i) {
    row[static_cast<std::size_t>(i) % row.size()] = 0.001F * static_cast<float>(i % 13);
    (void)sample({row, 0, 0.5, Record::nothing}, {}, {}, scratch).token;
  }
  result.sampler_microseconds_per_token = (now_seconds() - start) * 1e6 / 100000;

  // A search node: fork a branch, decode one token, drop it.
  const int nodes = branches * 32;
  start = now_seconds();
  for (int i = 0; i < nodes; i += branches) {
    add_round(i, 1);
    while (generation->next()) {
    }
  }
  result.microseconds_per_node = (now_seconds() - start) * 1e6 / nodes;
  return result;
}

}  // namespace reckon
