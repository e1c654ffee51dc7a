// program_agreement: programs as a second way to the answer. The policy writes some programs that compute what the
// question asks for; they run in the sandbox, and a candidate is worth the more, the more of them print its answer:
// (1 + weight * programs that print it) / (1 + weight * programs).
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
    if (!printed_) {
      RECKON_ASSIGN_OR_RETURN(printed_, write_and_run(candidates.front().question));
    }
    std::vector<Score> scores;
    for (const Candidate& candidate : candidates) scores.push_back(score_of(candidate.answer));
    return scores;
  }

 private:
  // Far from the questions of a strategy, which share the run's streams of random numbers.
  static constexpr std::uint64_t kFirstIndex = std::uint64_t{1} << 48;

  Result<std::vector<AnswerValue>> write_and_run(std::string_view question) const {
    Questions questions(*context_, kFirstIndex);
    std::vector<Question> asked(1);
    asked[0].chat.messages = {{"user", program_answer_request(question)}};
    asked[0].chat.reply_tokens = tokens_;
    asked[0].replies = programs_;
    std::vector<AnswerValue> printed;
    std::int64_t silent = 0;
    const auto replies = questions.ask(std::move(asked));
    for (const Trace& reply : replies.front()) {
      RECKON_ASSIGN_OR_RETURN(const std::string answer, program_answer(*runner_, reply.text));
      if (answer.empty()) ++silent;
      else printed.push_back(parse_answer(answer, context_->task().answer_style));
    }
    context_->ledger().charge({.parse_failures = silent});
    return printed;
  }

  Score score_of(std::string_view answer) const {
    const AnswerValue value = parse_answer(answer, context_->task().answer_style);
    const auto agrees = [&](const AnswerValue& printed) { return equivalent(value, printed, EquivalencePolicy::voting()); };
    const auto agreeing = std::ranges::count_if(*printed_, agrees);
    return {.value = (1.0 + weight_ * static_cast<double>(agreeing)) / (1.0 + weight_ * programs_),
            .calibrated = true,  // a weight as it is
            .reason = std::to_string(agreeing) + " of " + std::to_string(programs_) + " programs print it"};
  }

  int programs_;
  int tokens_;
  double weight_;
  std::shared_ptr<const ProgramRunner> runner_;
  Context* context_ = nullptr;
  std::optional<std::vector<AnswerValue>> printed_;  // what the programs of the run's question print
};

}  // namespace

void register_program_agreement_scorer(Registry& registry) {
  registry.scorers.add<ProgramAgreement>(
      {.name = "program_agreement",
       .summary = "how many programs, written for the same question and run, print the answer",
       .options = {OptionSpec::integer("programs", 4, {1, 64}, "programs that are written"),
                   OptionSpec::integer("tokens", 300, {1, 8192}, "most tokens of a program's reply"),
                   OptionSpec::real("weight", 1.0, {0.0, 1000.0}, "of a program that agrees, beside 1 for the answer's own trace"),
                   OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of a program"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox},
       .references = {"arXiv 2211.12588", "arXiv 2604.17433, section 3"}});
}

}  // namespace reckon
