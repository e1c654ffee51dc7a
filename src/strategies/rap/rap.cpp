// rap: reasoning as planning with the model as its own world model (Hao et al., 2305.14992).
//
// Monte Carlo tree search over sub-questions. Selection by UCT, where a sub-question that was not asked yet
// has its fast reward for a value; expansion answers the chosen one (the world model) and samples the next
// ones; simulation goes on with the best fast reward until the task's own question is answered; backup gives each
// node the mean (or sum) of the rewards from there to the end, and a node's Q is the best (or mean) of these.
// world.h has the world model and the four rewards.
//
// The answer is that of the best path, or, RAP-aggregate, the one with the largest sum of rewards over all
// edges of the tree that lead to it. The conversation is the strategy's own, so the run's prompt is not used.
#include <algorithm>
#include <set>

#include "scoring/answer_groups.h"
#include "search/mcts.h"
#include "search/registry.h"
#include "search/select.h"
#include "strategies/rap/sub_questions.h"
#include "strategies/rap/world.h"

namespace reckon {
namespace {

struct RapSettings {
  WorldSettings world;
  int iterations = 10;
  int parallel = 1;
  double exploration = 1.0;
  Cumulative cumulative = Cumulative::mean;
  Backup backup = Backup::max;
  bool aggregates = true;
};

// One run.
class Planner {
 public:
  Planner(Context& context, const RapSettings& settings)
      : context_(context), settings_(settings), tree_(context, {}), world_(context, tree_, settings.world) {}

  Result<Answer> run() {
    RECKON_ASSIGN_OR_RETURN(const auto roots, tree_.add_roots(1));
    const TreePolicy policy{TreeRule::uct, settings_.exploration, Unvisited::by_prior};
    int left = settings_.iterations;
    while (left > 0 && !context_.should_stop()) {
      auto paths = select_paths(tree_, roots.front(), policy, settings_.parallel, [&](const std::vector<NodeId>& path) {
        if (left == 0 || context_.should_stop()) return Selected::stop;
        --left;
        if (world_.can_expand(path.back())) return Selected::expand;
        back_up(path);
        return Selected::again;
      });
      simulate(tree_, paths, [this](std::span<const NodeId> ids) { return world_.expand(ids); });
      if (!world_.complete()) break;
      for (const auto& path : paths) back_up(path);
    }
    return ends_.empty() ? unfinished() : conclude();
  }

 private:
  void back_up(const std::vector<NodeId>& path) {
    std::vector<double> rewards;
    for (const NodeId id : path) rewards.push_back(reward(id));
    backup_rewards(tree_, path, rewards, settings_.cumulative, settings_.backup);
    note_end(path);
  }

  double reward(NodeId id) const { return world_.known(id) ? world_.move(id).reward : 0.0; }

  // What the path's rewards are worth together; the root has none.
  double worth(std::span<const NodeId> path) const {
    double sum = 0.0;
    for (const NodeId id : path) sum += reward(id);
    const auto steps = static_cast<double>(std::max<std::size_t>(path.size() - 1, 1));
    return settings_.cumulative == Cumulative::mean ? sum / steps : sum;
  }

  void note_end(std::span<const NodeId> path) {
    const NodeId end = path.back();
    if (!world_.known(end) || !world_.move(end).last || !world_.move(end).visited) return;
    if (std::ranges::find(ends_, end, &End::node) != ends_.end()) return;
    SampledTrace trace = trace_of(end, ends_.size());
    const double value = worth(path);
    if (!trace.answer.empty() && value > best_) {
      best_ = value;
      context_.improve(answer_of(std::span(&trace, 1), 0));
    }
    ends_.push_back({end, value});
    traces_.push_back(std::move(trace));
  }

  Answer conclude() const {
    std::vector<double> weights;
    for (const End& end : ends_) weights.push_back(end.worth);
    if (settings_.aggregates) weights = edge_weights();
    return select_answer(traces_, weights, settings_.aggregates ? Selection::weighted : Selection::max);
  }

  // An edge counts once for each different answer below it.
  std::vector<double> edge_weights() const {
    AnswerGroups groups;
    std::set<std::pair<std::size_t, NodeId>> counted;
    std::vector<double> weights(ends_.size(), 0.0);
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      const auto group = groups.add(parse_answer(traces_[i].answer, context_.task().answer_style));
      if (!group) continue;
      for (const NodeId id : path_to(tree_, ends_[i].node)) {
        if (counted.emplace(*group, id).second) weights[i] += reward(id);
      }
    }
    return weights;
  }

  // No path came to its end: what the deepest states say.
  Answer unfinished() const {
    std::vector<SampledTrace> traces;
    for (std::size_t i = 1; i < tree_.size(); ++i) {
      const auto id = static_cast<NodeId>(i);
      if (!tree_[id].branches.empty() || tree_[id].step.find("\nAnswer ") == std::string::npos) continue;
      traces.push_back(trace_of(id, traces.size()));
    }
    return select_answer(traces, {}, Selection::vote);
  }

  // With the answer of its last sub-question: those before it are answers to something else.
  SampledTrace trace_of(NodeId id, std::size_t index) const {
    SampledTrace sampled{index, tree_.trace_of(id), ""};
    const std::string& text = sampled.trace.full_text;
    Trace last;
    last.full_text = text.substr(std::min(text.rfind("\nAnswer "), text.size()));
    sampled.answer = context_.extract_answer(last);
    return sampled;
  }

  struct End {
    NodeId node;
    double worth;
  };

  Context& context_;
  const RapSettings& settings_;
  SearchTree tree_;
  World world_;
  std::vector<End> ends_;
  std::vector<SampledTrace> traces_;  // of the ends
  double best_ = -1.0;
};

class ReasoningAsPlanning final : public Strategy {
 public:
  explicit ReasoningAsPlanning(RapSettings settings) : settings_(std::move(settings)) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    RapSettings settings;
    WorldSettings& world = settings.world;
    world.depth = static_cast<int>(options.integer("depth"));
    world.actions = static_cast<int>(options.integer("actions"));
    world.answers = static_cast<int>(options.integer("answers"));
    world.guessed_confidence = options.real("guessed_confidence");
    world.question_tokens = static_cast<int>(options.integer("question_tokens"));
    world.answer_tokens = static_cast<int>(options.integer("answer_tokens"));
    world.weights = {options.real("likelihood"), options.real("confidence"), options.real("self_evaluation"), options.real("heuristic")};
    RECKON_ASSIGN_OR_RETURN(world.decompose_template, PromptTemplate::load(options.text("decompose_template"), kDecomposeTemplate, {{"question"}}));
    RECKON_ASSIGN_OR_RETURN(world.useful_template, PromptTemplate::load(options.text("useful_template"), kUsefulTemplate, {{"question", "action"}, {"steps"}}));
    settings.iterations = static_cast<int>(options.integer("iterations"));
    settings.parallel = static_cast<int>(options.integer("parallel"));
    settings.exploration = options.real("exploration");
    settings.cumulative = options.text("cumulative") == "sum" ? Cumulative::sum : Cumulative::mean;
    settings.backup = options.text("backup") == "mean" ? Backup::mean : Backup::max;
    settings.aggregates = options.text("select") == "aggregate";
    return std::unique_ptr<Strategy>(std::make_unique<ReasoningAsPlanning>(std::move(settings)));
  }

  Result<Answer> run(Context& context, const Task&) override {
    if (settings_.world.weights.heuristic > 0.0 && context.scorer() == nullptr) {
      return invalid_argument("heuristic > 0 needs a scorer: choose one with --scorer");
    }
    return Planner(context, settings_).run();
  }

 private:
  RapSettings settings_;
};

std::vector<OptionSpec> rap_options() {
  return {OptionSpec::integer("iterations", 10, {1, 100000}, "paths that are followed to their end"),
          OptionSpec::integer("parallel", 1, {1, 256}, "paths followed side by side: faster, chosen before the others' worth is known"),
          OptionSpec::integer("depth", 5, {1, 100}, "most sub-questions of a path; the last is the task's own"),
          OptionSpec::integer("actions", 4, {1, 256}, "sub-questions sampled for each state"),
          OptionSpec::integer("answers", 8, {1, 256}, "most answers sampled for each sub-question, in twos"),
          OptionSpec::real("exploration", 1.0, {0.0, 1000.0}, "weight of seldom visited nodes in UCT; 0: greedy"),
          OptionSpec::real("likelihood", 0.0, {0.0, 10.0}, "weight of the sub-question's probability in the reward"),
          OptionSpec::real("confidence", 0.5, {0.0, 10.0}, "weight of the majority answer's share in the reward"),
          OptionSpec::real("self_evaluation", 0.5, {0.0, 10.0}, "weight of the model's own judgement in the reward"),
          OptionSpec::real("heuristic", 0.0, {0.0, 10.0}, "weight of the run's scorer in the reward"),
          OptionSpec::real("guessed_confidence", 0.8, {0.0, 1.0}, "confidence of a sub-question before it is answered"),
          OptionSpec::choice("cumulative", "mean", {"mean", "sum"}, "what a path's rewards are together"),
          OptionSpec::choice("backup", "max", {"max", "mean"}, "what a node's visits are together"),
          OptionSpec::choice("select", "aggregate", {"aggregate", "best"}, "the answer of the whole tree, or of the best path"),
          OptionSpec::integer("question_tokens", 64, {1, 4096}, "most tokens of a sub-question"),
          OptionSpec::integer("answer_tokens", 200, {1, 100000}, "most tokens of its answer"),
          OptionSpec::text("decompose_template", "", "file with {question}; empty: built in"),
          OptionSpec::text("useful_template", "", "file with {question}, {steps} and {action}; empty: built in")};
}

}  // namespace

void register_rap_strategy(Registry& registry) {
  registry.strategies.add<ReasoningAsPlanning>(
      {.name = "rap",
       .summary = "planning over sub-questions: tree search with the model as world model",
       .options = rap_options(),
       .needs = {Need::comparable_scores, Need::logprobs},
       .references = {"arXiv 2305.14992"}});
}

}  // namespace reckon
