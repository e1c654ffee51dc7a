// revise: sequential revisions beside parallel samples (Snell et al., 2408.03314, section 6).
//
// Several chains run side by side. A chain begins with an ordinary trace of the task; each further attempt is
// shown the chain's latest attempts, four at most in the paper, and asked to improve on them. chains x (1 +
// revisions) is the number of samples N: one chain is all sequential, no revisions is best-of-N. The answer is
// chosen over whole chains, never just their last attempts, because right answers get revised to wrong ones (38 % of
// them with the paper's fine-tuned model): the best or weighted answer of each chain first, then across the
// chains; or a plain vote over all attempts.
//
// The paper's model was fine-tuned to revise, ours is only asked to; without a good verifier or such a model
// expect no more than from best_of_n at the same N, and compare. A verifier of probabilities that is certain
// may stop a chain. A revision is a conversation of its own and writes no thinking section.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "search/prompt_template.h"
#include "search/registry.h"
#include "search/revising.h"
#include "search/select.h"

namespace reckon {
namespace {

constexpr const char* kRevisionPrompt =
    "[user]\n{question}\n\nHere are earlier attempts at this question, the latest one last. They may contain "
    "mistakes.\n\n{attempts}\n\nFind what is wrong or unclear in them, then write a new, improved solution from "
    "start to end, with its answer in the form that the question asks for.";

struct Chain {
  std::vector<SampledTrace> attempts;
  std::vector<double> scores;  // one for each
  bool going = true;
};

class Revise final : public Strategy {
 public:
  Revise(const Options& options, PromptTemplate prompt)
      : prompt_(std::move(prompt)),
        chains_(static_cast<std::size_t>(options.integer("chains"))),
        revisions_(static_cast<std::size_t>(options.integer("revisions"))),
        shown_(static_cast<std::size_t>(options.integer("shown"))),
        select_(options.text("select")),
        certain_(options.real("certain")) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto prompt, PromptTemplate::load(options.text("template"), kRevisionPrompt, {.required = {"attempts"}, .optional = {"question"}}));
    return std::unique_ptr<Strategy>(std::make_unique<Revise>(options, std::move(prompt)));
  }

  Result<Answer> run(Context& context, const Task&) override {
    std::vector<Chain> chains(chains_);
    scores_lost_ = scored_any_ = false;
    if (select_ != "majority" && revisions_ > 0) warn_of_statistics(context);
    for (std::size_t round = 0; round <= revisions_ && !context.should_stop(); ++round) {
      RECKON_ASSIGN_OR_RETURN(auto requests, next_attempts(context, chains, round));
      if (requests.empty()) break;
      const auto newest = write(context, std::move(requests), chains);
      judge(context, newest, chains);
      context.improve(answer_of(chains));
    }
    return answer_of(chains);
  }

 private:
  struct Request {
    std::size_t chain;
    TraceRequest trace;
  };

  // One for each chain that goes on.
  Result<std::vector<Request>> next_attempts(Context& context, std::vector<Chain>& chains, std::size_t round) const {
    std::vector<Request> requests;
    for (std::size_t i = 0; i < chains.size(); ++i) {
      if (!chains[i].going) continue;
      auto trace = round == 0 ? context.open_trace(i) : open_revision(context, chains[i], i * revisions_ + round);
      if (round == 0 && !trace.ok()) return trace.status();
      if (!trace.ok()) {
        chains[i].going = false;
        if (trace.status().kind() != ErrorKind::budget_exhausted) context.warn("a chain ends early: " + trace.status().to_string());
        continue;
      }
      const bool greedy = trace->sampling.temperature <= 0.0;
      requests.push_back({i, std::move(trace).value()});
      if (!greedy || chains.size() == 1) continue;
      context.warn("at temperature 0 all chains are equal: only one was run");
      chains.resize(1);
    }
    return requests;
  }

  // Shows as many of the latest attempts as fit the context.
  Result<TraceRequest> open_revision(Context& context, const Chain& chain, std::uint64_t index) const {
    const auto all = std::span<const SampledTrace>(chain.attempts);
    for (std::size_t shown = std::min(shown_, all.size());; --shown) {
      std::string attempts;
      for (const SampledTrace& attempt : all.last(shown)) attempts += (attempts.empty() ? "" : "\n\n") + numbered(attempt, all);
      auto request = context.open_chat({.messages = prompt_.messages({{"question", context.query()}, {"attempts", attempts}}),
                                        .index = index,
                                        .reply_tokens = std::numeric_limits<int>::max()});
      const bool too_long = !request.ok() && request.status().kind() == ErrorKind::invalid_argument;
      if (!too_long || shown <= 1) return request;
    }
  }

  static std::string numbered(const SampledTrace& attempt, std::span<const SampledTrace> all) {
    const Trace& trace = attempt.trace;
    std::string_view text = trace.full_text;
    if (trace.think && trace.answer_offset < text.size()) text.remove_prefix(trace.answer_offset);
    return "Attempt " + std::to_string(&attempt - all.data() + 1) + ":\n" + std::string(trim(text));
  }

  // Runs the attempts side by side and adds them to their chains. Returns the chains that got one.
  static std::vector<std::size_t> write(Context& context, std::vector<Request> requests, std::vector<Chain>& chains) {
    std::vector<TraceRequest> traces;
    for (Request& request : requests) traces.push_back(std::move(request.trace));
    const auto generation = context.generate();
    const auto ids = generation->add(std::move(traces));
    std::vector<std::size_t> written;
    while (auto trace = generation->next()) {
      const auto at = static_cast<std::size_t>(std::ranges::find(ids, trace->id) - ids.begin());
      Chain& chain = chains[requests[at].chain];
      const bool lost = trace->finish == FinishReason::failed || trace->counts.generated() == 0;
      if (lost) chain.going = false;
      if (lost) continue;
      trace->branch = Branch();  // nothing goes on from it
      SampledTrace attempt{chain.attempts.size(), std::move(*trace), ""};
      attempt.answer = context.extract_answer(attempt.trace);
      chain.attempts.push_back(std::move(attempt));
      chain.scores.push_back(0.0);
      written.push_back(requests[at].chain);
    }
    std::ranges::sort(written);
    return written;
  }

  // Scores the newest attempts; a chain whose attempt is certainly right has come to its end.
  void judge(Context& context, std::span<const std::size_t> newest, std::vector<Chain>& chains) {
    if (scores_lost_ || newest.empty() || select_ == "majority") return;
    std::vector<Candidate> candidates;
    for (const std::size_t i : newest) candidates.push_back(candidate_of(context.task(), chains[i].attempts.back()));
    const auto scored = score_candidates(context, candidates);
    if (!scored.ok() && context.should_stop() && scored_any_) return;  // the best so far stands
    if (!scored.ok()) {
      scores_lost_ = true;
      warn_of_plain_vote(context, scored.status());
      return;
    }
    scored_any_ = true;
    for (std::size_t k = 0; k < newest.size(); ++k) {
      Chain& chain = chains[newest[k]];
      const double score = chain.scores.back() = (*scored)[k].value;
      calibration_ = (*scored)[k].calibrated ? Calibration::calibrated : Calibration::uncalibrated;
      context.emit({.kind = EventKind::step_scored,
                    .trace = static_cast<std::uint64_t>(chain.attempts.back().trace.id),
                    .count = static_cast<std::int64_t>(chain.attempts.size()),
                    .value = score});
      if ((*scored)[k].calibrated && score >= certain_) chain.going = false;
    }
  }

  Answer answer_of(std::span<const Chain> chains) const {
    std::vector<SampledTrace> all;
    std::vector<SampledTrace> winners;  // of each chain
    std::vector<double> scores;         // of the winners
    for (const Chain& chain : chains) {
      for (const SampledTrace& attempt : chain.attempts) all.push_back(copy_of(attempt));
      if (chain.attempts.empty()) continue;
      const std::size_t winner = winner_of(chain);
      winners.push_back(copy_of(chain.attempts[winner]));
      scores.push_back(chain.scores[winner]);
    }
    Answer everything = select_answer(all, {}, Selection::vote);
    if (scores_lost_ || select_ == "majority") return everything;
    Answer answer = select(winners, scores);
    // Shares and agreement are of all attempts, not of the winners, which are few.
    answer.shares = std::move(everything.shares);
    answer.traces = everything.traces;
    const auto chosen = std::ranges::find(all, answer.text, &SampledTrace::answer);
    answer.agreement = answer.text.empty() || chosen == all.end() ? 0.0 : reckon::answer_of(all, static_cast<std::size_t>(chosen - all.begin())).agreement;
    return answer;
  }

  static SampledTrace copy_of(const SampledTrace& attempt) {
    SampledTrace copy{.index = attempt.index, .answer = attempt.answer};
    copy.trace.full_text = attempt.trace.full_text;
    copy.trace.finish = attempt.trace.finish;
    copy.trace.counts = attempt.trace.counts;
    copy.trace.think = attempt.trace.think;
    return copy;
  }

  Answer select(std::span<const SampledTrace> traces, std::span<const double> scores) const {
    if (select_ == "best") return select_answer(traces, scores, Selection::max);
    return select_answer(traces, verifier_weights(traces, scores, calibration_), Selection::weighted);
  }

  // The attempt that stands for its chain.
  std::size_t winner_of(const Chain& chain) const {
    const Answer answer = select(chain.attempts, chain.scores);
    const auto is_it = [&](const SampledTrace& attempt) { return attempt.trace.full_text == answer.trace; };
    return static_cast<std::size_t>(std::ranges::find_if(chain.attempts, is_it) - chain.attempts.begin());
  }

  PromptTemplate prompt_;
  std::size_t chains_;
  std::size_t revisions_;
  std::size_t shown_;
  std::string select_;
  double certain_;
  bool scores_lost_ = false;
  bool scored_any_ = false;
  Calibration calibration_ = Calibration::uncalibrated;
};

}  // namespace

void register_revise_strategy(Registry& registry) {
  registry.strategies.add<Revise>(
      {.name = "revise",
       .summary = "chains of revisions side by side; the answer is chosen over all attempts",
       .options = {OptionSpec::integer("chains", 4, {1, 1024}, "chains side by side"),
                   OptionSpec::integer("revisions", 3, {0, 1000}, "further attempts of each chain"),
                   OptionSpec::integer("shown", 4, {1, 64}, "latest attempts that a revision is shown, at most"),
                   OptionSpec::choice("select", "weighted", {"best", "weighted", "majority"},
                                      "by scores within each chain and then across the chains, or a vote over all attempts"),
                   OptionSpec::real("certain", 1.0, {0.0, 1.0}, "a verifier's probability at which a chain stops"),
                   OptionSpec::text("template", "", "file with the revision prompt; it says {attempts}, and {question}")},
       .needs = {Need::scorer, Need::comparable_scores},
       .references = {"arXiv 2408.03314, section 6"}});
}

}  // namespace reckon
