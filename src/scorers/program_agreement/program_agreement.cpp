// program_agreement: programs as a second way to the answer. The policy writes some programs that compute what the
// question asks for; they run in the sandbox, and a candidate is worth the more, the more of them print its answer:
// (1 + weight * programs that print it) / (2 + weight * programs written), which is Laplace's rule of succession for
// weight 1, and 1/2 when none was written.
//
// For best_of_n, where the answers' scores are added up: a vote in which answers reached in words and in code
// support one another (Saparkhan et al., 2604.17433, who let both kinds vote; here programs only weigh what texts
// answered). A trace without an answer is worth the least; when no program prints anything this is a plain vote. Helps
// where programs fail in other ways than texts do, on questions whose answer can be computed.
//
// Cost: the programs of a question are written once a run, side by side, with the run's sampling, and are billed as
// generated; then their runs. Threading: the run's thread.
#include <algorithm>
#include <optional>

#include "programs/program_answer.h"
#include "scoring/answer_equivalence.h"
#include "search/questions.h"
#include "search/registry.h"

namespace reckon {
namespace {

class ProgramAgreement final : public Scorer {
 public:
  ProgramAgreement(const Options& options, std::shared_ptr<const ProgramRunner> runner)
      : programs_(static_cast<int>(options.integer("programs"))),
        tokens_(static_cast<int>(options.integer("tokens"))),
        weight_(options.real("weight")),
        runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Scorer>(std::make_unique<ProgramAgreement>(options, std::move(runner)));
  }

  Status attach(Context& context) override {
    context_ = &context;
    return ok_status();
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    if (context_ == nullptr) return internal_error("there is nobody to write programs");
    if (candidates.empty()) return std::vector<Score>{};
    if (!said_) said_ = write_and_run(candidates.front().question);
    if (!said_->ok()) return said_->status();
    std::vector<Score> scores;
    for (const Candidate& candidate : candidates) scores.push_back(score_of(candidate.answer, said_->value()));
    return scores;
  }

 private:
  // Far from the questions of a strategy, which share the run's streams of random numbers.
  static constexpr std::uint64_t kFirstIndex = std::uint64_t{1} << 48;

  struct Programs {
    std::int64_t written = 0;
    std::vector<AnswerValue> printed;  // by those that print something
  };

  // Replies that the end of the run cut, and programs that it left no time to run, count for nothing.
  Result<Programs> write_and_run(std::string_view question) const {
    Questions questions(*context_, kFirstIndex);
    std::vector<Question> asked(1);
    asked[0].chat.messages = {{"user", program_answer_request(question)}};
    asked[0].chat.reply_tokens = tokens_;
    asked[0].replies = programs_;
    const auto replies = questions.ask(std::move(asked));
    std::vector<std::string_view> texts;
    for (const Trace& reply : replies.front()) {
      if (!was_told_to_stop(reply.finish)) texts.push_back(reply.text);
    }
    if (static_cast<int>(replies.front().size()) < programs_ && questions.complete()) {
      context_->warn(std::to_string(replies.front().size()) + " of " + std::to_string(programs_) +
                     " programs were written: at temperature 0 all are the same, and else replies were lost");
    }
    const auto runner = runner_->stopped_by([this] { return context_->out_of_time(); });
    RECKON_ASSIGN_OR_RETURN(const auto answers, program_answers(*runner, texts));
    Programs programs;
    for (const auto& answer : answers) {
      if (!answer) continue;
      ++programs.written;
      if (!answer->empty()) programs.printed.push_back(parse_answer(*answer, context_->task().answer_style));
    }
    context_->ledger().charge({.parse_failures = programs.written - static_cast<std::int64_t>(programs.printed.size())});
    return programs;
  }

  Score score_of(std::string_view answer, const Programs& programs) const {
    const AnswerValue value = parse_answer(without_float_noise(answer), context_->task().answer_style);
    const auto agrees = [&](const AnswerValue& printed) { return equivalent(value, printed, EquivalencePolicy::voting()); };
    const auto agreeing = std::ranges::count_if(programs.printed, agrees);
    return {.value = (1.0 + weight_ * static_cast<double>(agreeing)) / (2.0 + weight_ * static_cast<double>(programs.written)),
            .calibrated = true,  // a weight as it is
            .reason = std::to_string(agreeing) + " of " + std::to_string(programs.written) + " programs print it"};
  }

  int programs_;
  int tokens_;
  double weight_;
  std::shared_ptr<const ProgramRunner> runner_;
  Context* context_ = nullptr;
  std::optional<Result<Programs>> said_;  // about the run's question; an error, too, is paid for once
};

}  // namespace

void register_program_agreement_scorer(Registry& registry) {
  registry.scorers.add<ProgramAgreement>(
      {.name = "program_agreement",
       .summary = "how many programs, written for the same question and run, print the answer",
       .options = {OptionSpec::integer("programs", 4, {1, 64}, "programs that are written"),
                   OptionSpec::integer("tokens", 300, {1, 8192}, "most tokens of a program's reply"),
                   OptionSpec::real("weight", 1.0, {0.0, 1000.0}, "of a program that agrees, beside 1 for the answer's own trace; 0: a plain vote"),
                   OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of a program"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox},
       .references = {"arXiv 2211.12588", "arXiv 2604.17433, section 3"}});
}

}  // namespace reckon
