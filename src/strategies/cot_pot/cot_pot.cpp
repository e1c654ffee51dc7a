// cot_pot: self-consistency over answers reached in words and in code (Saparkhan et al., 2604.17433).
//
// Samples texts by the run's prompt and programs that compute the answer, all side by side, runs the programs in the
// sandbox, and answers what most of both agree on. Errors in words and in code have different causes, so that
// few of each agree on a wrong answer. For questions whose answer can be computed and printed; a program that fails
// or prints nothing has no vote. The paper also stops early, after one of each, where they agree: not built.
//
// Cost: texts + programs traces at once, and a run of each program.
#include "programs/program_answer.h"
#include "search/registry.h"
#include "search/select.h"

namespace reckon {
namespace {

class CotPot final : public Strategy {
 public:
  CotPot(const Options& options, std::shared_ptr<const ProgramRunner> runner)
      : texts_(static_cast<int>(options.integer("texts"))),
        programs_(static_cast<int>(options.integer("programs"))),
        tokens_(static_cast<int>(options.integer("program_tokens"))),
        runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Strategy>(std::make_unique<CotPot>(options, std::move(runner)));
  }

  Result<Answer> run(Context& context, const Task& task) override {
    RECKON_ASSIGN_OR_RETURN(TraceRequest program,
                            context.open_chat({.messages = {{"user", program_answer_request(task.question)}}, .reply_tokens = tokens_}));
    int opened = 0;
    const auto texts_then_programs = [&](TraceRequest& request) {
      if (opened++ < texts_) return;
      request.branch = program.branch.fork(static_cast<std::uint64_t>(opened));
      request.max_tokens = program.max_tokens;
      request.stop_strings.clear();
    };
    RECKON_ASSIGN_OR_RETURN(auto traces, sample_traces(context, texts_ + programs_, [](const SampledTrace&) {}, texts_then_programs));
    RECKON_RETURN_IF_ERROR(run_programs(context, traces));
    std::int64_t votes = 0;
    for (const SampledTrace& sampled : traces) {
      if (!sampled.answer.empty()) context.emit({.kind = EventKind::vote, .count = ++votes, .text = sampled.answer});
    }
    return select_answer(traces, {}, Selection::vote);
  }

 private:
  // Their answers are what they print.
  Status run_programs(Context& context, std::vector<SampledTrace>& traces) const {
    std::vector<SampledTrace*> programs;
    std::vector<std::string_view> replies;
    for (SampledTrace& sampled : traces) {
      if (sampled.index < static_cast<std::uint64_t>(texts_)) continue;
      sampled.answer.clear();
      if (was_told_to_stop(sampled.trace.finish)) continue;  // half a program computes something else
      programs.push_back(&sampled);
      replies.push_back(sampled.trace.text);
    }
    const auto runner = runner_->stopped_by([&context] { return context.out_of_time(); });
    RECKON_ASSIGN_OR_RETURN(const auto answers, program_answers(*runner, replies));
    std::int64_t silent = 0;
    for (std::size_t i = 0; i < programs.size(); ++i) {
      programs[i]->answer = answers[i].value_or("");
      silent += answers[i] == "" ? 1 : 0;
    }
    context.ledger().charge({.parse_failures = silent});
    return ok_status();
  }

  int texts_;
  int programs_;
  int tokens_;
  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_cot_pot_strategy(Registry& registry) {
  registry.strategies.add<CotPot>(
      {.name = "cot_pot",
       .summary = "self-consistency over texts and programs: both vote",
       .options = {OptionSpec::integer("texts", 4, {1, 1024}, "traces in words, by the run's prompt"),
                   OptionSpec::integer("programs", 4, {1, 1024}, "traces that write a program"),
                   OptionSpec::integer("program_tokens", 300, {1, 8192}, "most tokens of a program's trace"),
                   OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of a program"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox},
       .references = {"arXiv 2604.17433, section 3", "arXiv 2203.11171, section 2"}});
}

}  // namespace reckon
