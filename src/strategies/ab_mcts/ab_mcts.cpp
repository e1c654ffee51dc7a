// ab_mcts: adaptive branching Monte Carlo tree search (Inoue et al., 2503.04412, the variant AB-MCTS-A).
//
// A node is a whole answer. A child of the root is a new answer to the task; a child of an answer is that
// answer revised. There is no fixed branching factor: at each node Thompson sampling decides between one more
// child here (wider) and going on below a child (deeper), by the scores that came of either before
// (branching.h). With equal low scores the tree widens into repeated sampling; where revisions keep getting
// better it deepens.
//
// Needs a scorer that can tell good answers from bad; scores are brought to [0, 1]. The variant with a mixed
// model (AB-MCTS-M) and several models at once are left out.
#include <algorithm>
#include <limits>
#include <utility>

#include "search/ask.h"
#include "search/prompt_template.h"
#include "search/registry.h"
#include "search/revising.h"
#include "search/select.h"
#include "search/unit_score.h"
#include "strategies/ab_mcts/branching.h"

namespace reckon {
namespace {

constexpr std::string_view kReviseTemplate =
    "Check this answer: is every step right, and does it answer what was asked? If you find a mistake, correct it. "
    "Then write the complete improved solution, with its answer in the form that was asked for.";

struct AbSettings {
  int nodes = 16;
  int parallel = 4;
  PosteriorKind posterior = PosteriorKind::gaussian;
  Selection selection = Selection::max;
  PromptTemplate revise_template;
};

// One run.
class AdaptiveSearch {
 public:
  AdaptiveSearch(Context& context, const AbSettings& settings)
      : context_(context), settings_(settings), tree_(settings.posterior), rng_(context.seed(), kThompson) {
    answers_.resize(1);  // the root has none
  }

  Result<Answer> run() {
    warn_of_statistics(context_);
    while (std::ssize(answers_) - 1 < settings_.nodes && !context_.should_stop()) {
      const auto left = settings_.nodes - (static_cast<int>(answers_.size()) - 1);
      std::vector<std::size_t> parents;
      for (int i = 0; i < std::min(left, settings_.parallel); ++i) parents.push_back(tree_.choose(rng_));
      RECKON_ASSIGN_OR_RETURN(std::vector<Trace> traces, generate(parents));
      if (!add(parents, std::move(traces))) break;  // the backend gives nothing any more
    }
    return conclude();
  }

 private:
  static constexpr std::uint64_t kThompson = 0x61626d637473;  // a stream that no branch has

  // One new answer below each of these nodes, side by side.
  Result<std::vector<Trace>> generate(std::span<const std::size_t> parents) {
    std::vector<TraceRequest> requests;
    for (const std::size_t parent : parents) {
      RECKON_ASSIGN_OR_RETURN(TraceRequest request, open(parent));
      requests.push_back(std::move(request));
    }
    return run_in_order(context_, "", std::move(requests));
  }

  Result<TraceRequest> open(std::size_t parent) {
    if (parent != BranchingTree::kRoot) {
      ChatRequest chat = revision_of(answers_[parent].trace);
      chat.index = conversations_++;
      auto revision = context_.open_chat(chat);
      if (revision.ok()) {
        revision->parent = answers_[parent].trace.id;
        return revision;
      }
      if (!std::exchange(warned_, true)) {
        context_.warn("an answer was not revised, but a new one sampled: " + revision.status().to_string());
      }
    }
    return context_.open_trace(samples_++);
  }

  ChatRequest revision_of(const Trace& answer) const {
    const std::string& question = context_.query();
    std::vector<ChatMessage> messages{{"user", question}, {"assistant", answer.full_text}};
    for (auto& message : settings_.revise_template.messages({{"question", question}})) messages.push_back(std::move(message));
    ChatRequest chat = chat_request(std::move(messages));
    chat.reply_tokens = std::numeric_limits<int>::max();
    return chat;
  }

  // False when nothing came back.
  bool add(std::span<const std::size_t> parents, std::vector<Trace> traces) {
    std::vector<std::size_t> below;
    std::vector<SampledTrace> fresh;
    for (std::size_t i = 0; i < traces.size(); ++i) {
      if (traces[i].finish == FinishReason::failed || traces[i].counts.generated() == 0) continue;
      SampledTrace sampled{0, std::move(traces[i]), ""};
      sampled.answer = context_.extract_answer(sampled.trace);
      sampled.trace.branch = Branch();
      if (was_told_to_stop(sampled.trace.finish)) {
        cut_.push_back(std::move(sampled));
        continue;
      }
      below.push_back(parents[i]);
      fresh.push_back(std::move(sampled));
    }
    const auto scores = score(fresh);
    if (scores.size() != fresh.size()) {
      for (SampledTrace& sampled : fresh) cut_.push_back(std::move(sampled));
      return false;
    }
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      fresh[i].index = tree_.add(below[i], scores[i]) - 1;
      context_.emit({.kind = EventKind::step_scored,
                     .trace = static_cast<std::uint64_t>(fresh[i].trace.id),
                     .count = tree_[tree_.size() - 1].depth,
                     .value = scores[i]});
      if (!scores_lost_) fresh[i].score = Score{.value = scores[i]};
      answers_.push_back(std::move(fresh[i]));
      scores_.push_back(scores[i]);
      improve();
    }
    return !fresh.empty();
  }

  // In [0, 1]; without a scorer that works all answers are equal, and the result is a vote. Nothing when the run
  // ended before the scorer did.
  std::vector<double> score(std::span<const SampledTrace> fresh) {
    std::vector<double> scores(fresh.size(), 0.5);
    if (fresh.empty() || scores_lost_) return scores;
    std::vector<Candidate> candidates;
    for (const SampledTrace& sampled : fresh) candidates.push_back(candidate_of(context_.task(), sampled));
    const auto scored = score_candidates(context_, candidates);
    if (!scored.ok() && context_.should_stop()) return {};
    if (!scored.ok()) {
      scores_lost_ = true;
      warn_of_plain_vote(context_, scored.status());
      return scores;
    }
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = unit_score((*scored)[i]);
    return scores;
  }

  void improve() {
    const SampledTrace& newest = answers_.back();
    if (newest.answer.empty() || scores_.back() <= best_) return;
    best_ = scores_.back();
    context_.improve(answer_of(std::span(&newest, 1), 0));
  }

  Answer conclude() {
    const std::span<const SampledTrace> complete = std::span(answers_).subspan(1);
    const bool any = std::ranges::any_of(complete, [](const SampledTrace& trace) { return !trace.answer.empty(); });
    if (any || (cut_.empty() && !complete.empty())) return select_answer(complete, scores_, scores_lost_ ? Selection::vote : settings_.selection);
    // Then what the run's end left of the others.
    for (SampledTrace& sampled : cut_) answers_.push_back(std::move(sampled));
    return select_answer(std::span(answers_).subspan(1), {}, Selection::vote);
  }

  Context& context_;
  const AbSettings& settings_;
  BranchingTree tree_;
  Rng rng_;
  std::vector<SampledTrace> answers_;  // by node
  std::vector<double> scores_;         // of all but the root
  std::vector<SampledTrace> cut_;      // in the middle
  std::uint64_t samples_ = 0;
  std::uint64_t conversations_ = 0;
  double best_ = -1.0;
  bool scores_lost_ = false;
  bool warned_ = false;
};

class AdaptiveBranching final : public Strategy {
 public:
  explicit AdaptiveBranching(AbSettings settings) : settings_(std::move(settings)) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    AbSettings settings;
    settings.nodes = static_cast<int>(options.integer("nodes"));
    settings.parallel = static_cast<int>(options.integer("parallel"));
    settings.posterior = options.text("posterior") == "beta" ? PosteriorKind::beta : PosteriorKind::gaussian;
    const std::string& select = options.text("select");
    settings.selection = select == "vote"       ? Selection::vote
                         : select == "weighted" ? Selection::weighted
                                                : Selection::max;
    RECKON_ASSIGN_OR_RETURN(settings.revise_template, PromptTemplate::load(options.text("revise_template"), kReviseTemplate, {.required = {}, .optional = {"question"}}));
    return std::unique_ptr<Strategy>(std::make_unique<AdaptiveBranching>(std::move(settings)));
  }

  Result<Answer> run(Context& context, const Task&) override { return AdaptiveSearch(context, settings_).run(); }

 private:
  AbSettings settings_;
};

}  // namespace

void register_ab_mcts_strategy(Registry& registry) {
  registry.strategies.add<AdaptiveBranching>(
      {.name = "ab_mcts",
       .summary = "tree search over whole answers that decides by their scores to sample anew or to revise",
       .options = {OptionSpec::integer("nodes", 16, {1, 100000}, "answers in all, new and revised"),
                   OptionSpec::integer("parallel", 4, {1, 256}, "answers made side by side, before their scores are known"),
                   OptionSpec::choice("posterior", "gaussian", {"gaussian", "beta"}, "what is believed of scores"),
                   OptionSpec::choice("select", "max", {"max", "weighted", "vote"}, "how the scores choose the answer"),
                   OptionSpec::text("revise_template", "", "file with the request to revise; {question} is filled in; empty: built in")},
       .needs = {Need::scorer, Need::comparable_scores},
       .references = {"arXiv 2503.04412"}});
}

}  // namespace reckon
