// tot: tree of thoughts (Yao et al., 2305.10601).
//
// A state is the steps so far. Breadth first: every state gets candidates for its next step, all candidates are
// judged, and the best b are the next states, up to T steps. Depth first: the most promising candidate first,
// back to the next one when a state is worth less than the threshold, for a number of steps. Where all that is left is
// below it and no path has ended yet, the last way is followed whatever it is worth (ours), so that there is an answer.
//
// Candidates are `sample`d, as next steps of the task's own trace, for rich steps; or `propose`d, all in one
// reply, one a line, for small ones such as an equation. A proposed path ends with a line that states the
// answer, or after T steps with a reply that concludes it. evaluate.h is how states are judged.
//
// With b = 1 this is a greedy search. It pays where steps can be checked (Game of 24); where the model judges
// its own steps badly it loses to a plain vote at equal cost (Sys2Bench, 2502.12521).
#include <algorithm>
#include <limits>
#include <set>

#include "base/text.h"
#include "scoring/answer_extract.h"
#include "search/ask.h"
#include "search/prompt_template.h"
#include "search/registry.h"
#include "strategies/tot/evaluate.h"
#include "strategies/tot/thoughts.h"

namespace reckon {
namespace {

struct TotSettings {
  StepSearchSettings search;
  EvaluationSettings evaluation;
  PromptTemplate propose_template;
  PromptTemplate conclude_template;
  bool breadth_first = true;
  bool proposes = false;
  bool greedy = true;  // keeps the best; else draws by value
  int breadth = 5;
  int candidates = 5;
  double threshold = 0.0;
  int most_steps = 100;
  int answers = 1;
};

// One run.
class ThoughtTree {
 public:
  ThoughtTree(Context& context, const TotSettings& settings)
      : context_(context),
        settings_(settings),
        questions_(context),
        search_(context, settings.search),
        evaluator_(context, search_, questions_, settings.evaluation),
        rng_(context.seed(), kSelection) {}

  Result<Answer> breadth_first() {
    RECKON_ASSIGN_OR_RETURN(std::vector<NodeId> states, search_.begin(1));
    while (!states.empty() && search_.going()) {
      const auto candidates = think(states);
      if (candidates.empty()) break;
      states = search_.retire(judged_all(candidates) ? choose(candidates) : candidates);
    }
    return search_.answer(states);
  }

  Result<Answer> depth_first() {
    RECKON_ASSIGN_OR_RETURN(std::vector<NodeId> stack, search_.begin(1));
    int steps = 0;
    while (!stack.empty() && search_.going() && steps < settings_.most_steps && search_.retired() < settings_.answers) {
      const NodeId state = stack.back();
      stack.pop_back();
      ++steps;
      const auto candidates = think(std::span(&state, 1));
      for (const NodeId id : promising(candidates, stack.empty())) stack.push_back(id);
      // What has ended on top of the stack is the next answer.
      while (!stack.empty() && !search_.open(stack.back()) && search_.retired() < settings_.answers) {
        search_.retire(std::span(&stack.back(), 1));
        stack.pop_back();
      }
    }
    if (search_.retired() == 0 && !stack.empty() && search_.going()) search_.retire(conclude({&stack.back(), 1}));
    return search_.answer(search_.retire(stack));
  }

 private:
  static constexpr std::uint64_t kSelection = 0x746f74;  // a stream that no branch has
  static constexpr int kWhatever = std::numeric_limits<int>::max();  // the run's own limit

  // Candidates for the next step of all states, judged.
  std::vector<NodeId> think(std::span<const NodeId> states) {
    auto candidates = settings_.proposes ? propose(states) : sample(states);
    evaluator_.evaluate(candidates);
    return candidates;
  }

  // The run's end did not come in between: only then are candidates to be compared.
  bool judged_all(std::span<const NodeId> candidates) {
    const bool cut = std::ranges::any_of(candidates, [&](NodeId id) { return search_.tree()[id].state == NodeState::cut; });
    return !cut && questions_.complete() && !search_.tree().scores_lost();
  }

  std::vector<NodeId> sample(std::span<const NodeId> states) {
    std::vector<Growth> growths;
    for (const NodeId id : states) growths.push_back({id, settings_.candidates});
    return search_.tree().grow(growths);
  }

  std::vector<NodeId> propose(std::span<const NodeId> states) {
    const bool last = search_.tree()[states.front()].depth + 1 >= settings_.search.tree.most_depth;
    if (last) return conclude(states);
    std::vector<Question> questions;
    for (const NodeId id : states) {
      questions.push_back({.chat = chat_for(settings_.propose_template, id), .about = search_.tree()[id].trace.id});
      questions.back().chat.reply_tokens = settings_.evaluation.reply_tokens;
    }
    const auto replies = questions_.ask(std::move(questions));
    std::vector<NodeId> candidates;
    for (std::size_t i = 0; i < states.size(); ++i) {
      for (const Trace& reply : replies[i]) add_proposals(states[i], reply, candidates);
    }
    return candidates.empty() && search_.going() ? conclude(states) : candidates;
  }

  void add_proposals(NodeId state, const Trace& reply, std::vector<NodeId>& candidates) {
    for (const auto& line : read_proposals(reply.text, static_cast<std::size_t>(settings_.candidates))) {
      const auto found = extract_answer(line, context_.task().answer_style);
      const bool states_answer = found.found() && (found.strategy == ExtractionStrategy::boxed ||
                                                   found.strategy == ExtractionStrategy::stated ||
                                                   found.strategy == ExtractionStrategy::marker);
      candidates.push_back(search_.tree().add_step(state, line + "\n", reply.id,
                                                   states_answer ? NodeState::ended : NodeState::open));
    }
  }

  // The paths' ends, one each: of a path without proposals, in the task's own trace.
  std::vector<NodeId> conclude(std::span<const NodeId> states) {
    std::vector<Growth> growths;
    std::vector<Continuation> conclusions;
    for (const NodeId id : states) {
      if (!settings_.proposes || search_.tree()[id].depth == 0) {
        growths.push_back({id});
        continue;
      }
      ChatRequest chat = chat_for(settings_.conclude_template, id);
      chat.index = questions_.next_index();
      chat.reply_tokens = kWhatever;
      auto request = context_.open_chat(chat);
      if (request.ok()) conclusions.push_back({id, *std::move(request)});
      else context_.warn("a path was not concluded: " + request.status().to_string());
    }
    if (!growths.empty()) return search_.tree().grow(growths, Reach::end);
    return search_.tree().grow_with(std::move(conclusions), Reach::end);
  }

  ChatRequest chat_for(const PromptTemplate& prompt, NodeId id) {
    const std::string steps(trim(search_.tree()[id].trace.full_text));
    return chat_request(prompt.messages({{"question", context_.task().question},
                                         {"steps", steps.empty() ? "(none)" : steps},
                                         {"count", std::to_string(settings_.candidates)}}));
  }

  // The next states, and an end to the others.
  std::vector<NodeId> choose(std::span<const NodeId> candidates) {
    auto kept = settings_.greedy ? search_.ranked(candidates) : drawn(candidates);
    if (std::ssize(kept) > settings_.breadth) kept.resize(static_cast<std::size_t>(settings_.breadth));
    prune_others(candidates, kept, "tot");
    return kept;
  }

  // In an order drawn by value, without replacement.
  std::vector<NodeId> drawn(std::span<const NodeId> candidates) {
    std::vector<NodeId> left(candidates.begin(), candidates.end());
    std::vector<NodeId> order;
    while (!left.empty()) {
      double total = 0.0;
      for (const NodeId id : left) total += std::max(search_.value(id), 0.0);
      double point = rng_.uniform() * total;
      std::size_t at = 0;
      while (at + 1 < left.size() && (point -= std::max(search_.value(left[at]), 0.0)) >= 0.0) ++at;
      if (total <= 0.0) at = rng_.below(left.size());
      order.push_back(left[at]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return order;
  }

  // Least promising first. The last way left is followed whatever it is worth.
  std::vector<NodeId> promising(std::span<const NodeId> candidates, bool no_other) {
    if (!judged_all(candidates)) return {candidates.begin(), candidates.end()};
    auto kept = search_.ranked(candidates);
    while (!kept.empty() && search_.value(kept.back()) < settings_.threshold) {
      if (kept.size() == 1 && no_other && search_.retired() == 0) break;
      kept.pop_back();
    }
    prune_others(candidates, kept, "below the threshold");
    std::ranges::reverse(kept);
    return kept;
  }

  void prune_others(std::span<const NodeId> candidates, std::span<const NodeId> kept, const std::string& why) {
    const std::set<NodeId> stay(kept.begin(), kept.end());
    for (const NodeId id : candidates) {
      if (!stay.contains(id)) search_.tree().prune(id, why);
    }
  }

  Context& context_;
  const TotSettings& settings_;
  Questions questions_;
  StepSearch search_;
  Evaluator evaluator_;
  Rng rng_;
};

class TreeOfThoughts final : public Strategy {
 public:
  explicit TreeOfThoughts(TotSettings settings) : settings_(std::move(settings)) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    TotSettings settings;
    RECKON_ASSIGN_OR_RETURN(settings.search, StepSearchSettings::from(options));
    RECKON_ASSIGN_OR_RETURN(settings.propose_template, PromptTemplate::load(options.text("propose_template"), kProposeTemplate, {{"question", "steps"}, {"count"}}));
    RECKON_ASSIGN_OR_RETURN(settings.conclude_template, PromptTemplate::load(options.text("conclude_template"), kConcludeTemplate, {{"question", "steps"}}));
    settings.breadth_first = options.text("search") == "bfs";
    settings.proposes = options.text("generate") == "propose";
    settings.greedy = options.text("keep") == "best";
    settings.breadth = static_cast<int>(options.integer("breadth"));
    settings.candidates = static_cast<int>(options.integer("candidates"));
    settings.threshold = options.real("threshold");
    settings.most_steps = static_cast<int>(options.integer("most_steps"));
    settings.answers = static_cast<int>(options.integer("answers"));
    RECKON_ASSIGN_OR_RETURN(settings.evaluation, evaluation_from(options));
    return std::unique_ptr<Strategy>(std::make_unique<TreeOfThoughts>(std::move(settings)));
  }

  Result<Answer> run(Context& context, const Task&) override {
    if (settings_.evaluation.judge == ThoughtJudge::scorer && context.scorer() == nullptr) {
      return invalid_argument("evaluate=scorer needs a scorer: choose one with --scorer");
    }
    ThoughtTree tree(context, settings_);
    return settings_.breadth_first ? tree.breadth_first() : tree.depth_first();
  }

 private:
  static Result<EvaluationSettings> evaluation_from(const Options& options) {
    EvaluationSettings settings;
    const std::string& judge = options.text("evaluate");
    settings.judge = judge == "vote"     ? ThoughtJudge::vote
                     : judge == "scorer" ? ThoughtJudge::scorer
                                         : ThoughtJudge::value;
    settings.replies = static_cast<int>(options.integer("evaluations"));
    settings.reply_tokens = static_cast<int>(options.integer("reply_tokens"));
    RECKON_ASSIGN_OR_RETURN(settings.value_template, PromptTemplate::load(options.text("value_template"), kValueTemplate, {{"question", "steps"}}));
    RECKON_ASSIGN_OR_RETURN(settings.vote_template, PromptTemplate::load(options.text("vote_template"), kVoteTemplate, {{"question", "choices"}}));
    return settings;
  }

  TotSettings settings_;
};

std::vector<OptionSpec> tot_options() {
  return {OptionSpec::choice("search", "bfs", {"bfs", "dfs"}, "breadth first with b states, or depth first with a threshold"),
          OptionSpec::choice("generate", "sample", {"sample", "propose"},
                             "next steps of the task's own trace, or lines of one reply"),
          OptionSpec::choice("evaluate", "value", {"value", "vote", "scorer"},
                             "each state by itself, against the others, or by the scorer"),
          OptionSpec::integer("breadth", 5, {1, 1024}, "bfs: states kept in each round (b)"),
          OptionSpec::integer("candidates", 5, {1, 1024}, "most next steps for each state (k)"),
          OptionSpec::integer("evaluations", 3, {1, 64}, "replies for each judgement"),
          OptionSpec::choice("keep", "best", {"best", "drawn"}, "bfs: the best states, or drawn by their values"),
          OptionSpec::real("threshold", 0.002, {-1e9, 1e9}, "dfs: states worth less are left (impossible is 0.001)"),
          OptionSpec::integer("most_steps", 100, {1, 100000}, "dfs: most states that are extended"),
          OptionSpec::integer("answers", 1, {1, 1000}, "dfs: finished paths after which the search ends"),
          OptionSpec::integer("reply_tokens", 256, {1, 4096}, "most tokens of a list of proposals or a judgement"),
          OptionSpec::text("propose_template", "", "file with {question}, {steps} and {count}; empty: built in"),
          OptionSpec::text("conclude_template", "", "with proposals, file with {question} and {steps}; empty: built in"),
          OptionSpec::text("value_template", "", "file with {question} and {steps}; empty: built in"),
          OptionSpec::text("vote_template", "", "file with {question} and {choices}; empty: built in")};
}

}  // namespace

void register_tot_strategy(Registry& registry) {
  registry.strategies.add<TreeOfThoughts>(
      {.name = "tot",
       .summary = "tree of thoughts: steps are proposed and judged by the model, breadth or depth first",
       .options = with_step_options(tot_options(), "max", 10),
       .needs = {Need::comparable_scores, Need::fork},
       .references = {"arXiv 2305.10601"}});
}

}  // namespace reckon
