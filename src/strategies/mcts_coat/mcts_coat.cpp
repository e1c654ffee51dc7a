// mcts_coat: Monte Carlo tree search with associative memory, in the manner of CoAT (Pan et al., 2502.02390).
//
// Between the expansion and the evaluation of a node there is one more stage: association, a few sentences of
// knowledge beside its content, from the model itself or from a folder of texts (association.h). What is
// written below a node is conditioned on the memories of its path. A node is worth
// (F_g + beta F_a) / (1 + beta): F_g judges its content, F_a its memory, both in [0, 1]; one without a memory
// F_g alone. Backup is the running mean. The search ends when a finished path is worth `enough`, or after its
// iterations; the answer is the best finished path's. An iteration that comes to an end that was seen already backs its
// worth up once more, so the root's visits count these beside the evaluated nodes.
//
// With association=none this is plain MCTS over the steps of the task's own trace. With memories the reasoning
// goes on in a conversation that has them as notes in place of the run's prompt. Constants and wordings are ours
// where the paper's could not be had; no result of the paper is claimed.
#include <algorithm>
#include <limits>
#include <optional>

#include "search/ask.h"
#include "search/registry.h"
#include "search/step_search.h"
#include "search/unit_score.h"
#include "strategies/mcts_coat/association.h"

namespace reckon {
namespace {

struct CoatSettings {
  StepSearchSettings search;
  AssociationSettings association;
  PromptTemplate notes_template;
  PromptTemplate rate_template;
  int children = 3;
  int iterations = 16;
  int parallel = 1;
  double exploration = 1.0;
  double beta = 0.1;
  double enough = 0.9;
  bool scorer_judges = true;
};

// One run.
class AssociativeSearch {
 public:
  AssociativeSearch(Context& context, const CoatSettings& settings, TextFolder* folder)
      : context_(context),
        settings_(settings),
        search_(context, settings.search),
        tree_(search_.tree()),
        questions_(context),
        memory_(context, tree_, questions_, settings.association, folder) {}

  Result<Answer> run() {
    RECKON_ASSIGN_OR_RETURN(const auto roots, search_.begin(1));
    memory_.associate(roots);
    const TreePolicy policy{TreeRule::uct, settings_.exploration, Unvisited::first};
    int left = settings_.iterations;
    while (left > 0 && search_.going() && best_end_ < settings_.enough) {
      const auto leaves = select(roots.front(), policy, left);
      if (!leaves.empty() && !step(leaves)) break;
    }
    if (search_.retired() == 0 && search_.going()) finish_best();
    return search_.answer(open_leaves());
  }

 private:
  // Leaves to expand side by side. Each takes one of the iterations that are left, and so does an end that is met again.
  std::vector<NodeId> select(NodeId root, const TreePolicy& policy, int& left) {
    const auto paths = select_paths(tree_, root, policy, settings_.parallel, [&](const std::vector<NodeId>& path) {
      if (left == 0 || !search_.going()) return Selected::stop;
      --left;
      if (search_.open(path.back())) return Selected::expand;
      backup(tree_, path, search_.value(path.back()), Backup::mean);
      return Selected::again;
    });
    std::vector<NodeId> leaves;
    for (const auto& path : paths) leaves.push_back(path.back());
    return leaves;
  }

  // Expansion, association, evaluation and backup below leaves. False when there are no children.
  bool step(std::span<const NodeId> leaves) {
    const auto children = drop_repeated(tree_, expand(leaves));
    memory_.associate(children);
    evaluate(children);
    for (const NodeId id : children) {
      if (tree_[id].state == NodeState::cut) continue;
      backup(tree_, path_to(tree_, id), search_.value(id), Backup::mean);
    }
    note_ends(children);
    return !children.empty();
  }

  std::vector<NodeId> expand(std::span<const NodeId> leaves) {
    std::vector<Growth> growths;
    std::vector<Continuation> continuations;
    for (const NodeId leaf : leaves) {
      auto opened = memory_.of(leaf).empty() ? std::nullopt : open_with_notes(leaf);
      if (!opened) growths.push_back({leaf, settings_.children});
      const int children = !opened ? 0 : opened->sampling.temperature > 0.0 ? settings_.children : 1;
      for (int i = 0; i < children; ++i) {
        continuations.push_back({leaf, {}});
        continuations.back().request.branch = opened->branch.fork(static_cast<std::uint64_t>(i));
      }
    }
    auto children = tree_.grow(growths);
    const auto with_notes = tree_.grow_with(std::move(continuations));
    children.insert(children.end(), with_notes.begin(), with_notes.end());
    return children;
  }

  // The conversation below a node that has a memory of its own; one without goes on in the conversation that wrote it,
  // which has those above it. Nothing, after a warning, when it has no room.
  std::optional<TraceRequest> open_with_notes(NodeId leaf) {
    ChatRequest chat = chat_request(messages(leaf));
    chat.prefill += tree_[leaf].trace.full_text;
    chat.index = questions_.next_index();
    chat.reply_tokens = kWhatever;
    auto opened = context_.open_chat(chat);
    if (opened.ok()) return std::move(opened).value();
    context_.warn("a memory was left out: " + opened.status().to_string());
    return std::nullopt;
  }

  std::vector<ChatMessage> messages(NodeId id) const {
    auto messages = settings_.notes_template.messages({{"question", context_.task().question}, {"memory", memory_.along_path(id)}});
    const bool has_system = messages.front().role == "system";
    if (!has_system && !context_.task().system.empty()) messages.insert(messages.begin(), {"system", context_.task().system});
    return messages;
  }

  void evaluate(std::span<const NodeId> nodes) {
    const std::vector<double> contents = settings_.scorer_judges ? scored(nodes) : rated(nodes);
    if (search_.tree().scores_lost()) return;
    const bool rates = settings_.beta > 0.0 && settings_.association.source != AssociationSource::none;
    const auto memories = rates ? memory_.rate(nodes) : std::vector<std::optional<double>>(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const double beta = memories[i] ? settings_.beta : 0.0;
      tree_.set_score(nodes[i], (contents[i] + beta * memories[i].value_or(0.0)) / (1.0 + beta));
    }
  }

  std::vector<double> scored(std::span<const NodeId> nodes) {
    std::vector<double> values;
    if (!tree_.score(nodes)) return values;
    for (const NodeId id : nodes) values.push_back(unit_score(tree_[id].scores.last(), tree_.calibrated()));
    return values;
  }

  std::vector<double> rated(std::span<const NodeId> nodes) {
    std::vector<Question> questions;
    for (const NodeId id : nodes) {
      questions.push_back({.chat = {.messages = settings_.rate_template.messages({{"question", context_.task().question},
                                                                                  {"steps", tree_[id].trace.full_text}}),
                                    .reply_tokens = 8},
                           .about = tree_[id].trace.id,
                           .temperature = 0.0});
    }
    std::vector<double> values;
    for (const auto& reply : questions_.ask_texts(std::move(questions))) values.push_back(read_rating(reply));
    return values;
  }

  void note_ends(std::span<const NodeId> nodes) {
    for (const NodeId id : nodes) {
      if (tree_[id].state == NodeState::ended) best_end_ = std::max(best_end_, search_.value(id));
    }
    search_.retire(nodes);
  }

  // No path has ended: the best leaf goes on to its end.
  void finish_best() {
    const auto leaves = open_leaves();
    if (leaves.empty()) return;
    const NodeId best = *std::ranges::max_element(leaves, {}, [&](NodeId id) { return tree_[id].value; });
    const Growth growth{best};
    const auto ends = tree_.grow(std::span(&growth, 1), Reach::end);
    evaluate(ends);
    note_ends(ends);
  }

  std::vector<NodeId> open_leaves() {
    std::vector<NodeId> leaves;
    std::vector<NodeId> stack{NodeId{0}};
    while (!stack.empty() && tree_.size() > 0) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (tree_[id].branches.empty() && search_.open(id)) leaves.push_back(id);
      stack.insert(stack.end(), tree_[id].branches.rbegin(), tree_[id].branches.rend());
    }
    return leaves;
  }

  static constexpr int kWhatever = std::numeric_limits<int>::max();  // the run's own limit

  Context& context_;
  const CoatSettings& settings_;
  StepSearch search_;
  SearchTree& tree_;
  Questions questions_;
  Associations memory_;
  double best_end_ = -1.0;
};

class Coat final : public Strategy {
 public:
  Coat(CoatSettings settings, std::optional<TextFolder> folder)
      : settings_(std::move(settings)), folder_(std::move(folder)) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    CoatSettings settings;
    RECKON_ASSIGN_OR_RETURN(settings.search, StepSearchSettings::from(options));
    settings.children = static_cast<int>(options.integer("children"));
    settings.iterations = static_cast<int>(options.integer("iterations"));
    settings.parallel = static_cast<int>(options.integer("parallel"));
    settings.exploration = options.real("exploration");
    settings.beta = options.real("beta");
    settings.enough = options.real("enough");
    settings.scorer_judges = options.text("judge") == "scorer";
    AssociationSettings& association = settings.association;
    association.folder = options.text("memory");
    association.tokens = static_cast<int>(options.integer("memory_tokens"));
    association.paragraphs = static_cast<int>(options.integer("paragraphs"));
    const std::string& source = options.text("association");
    const bool wants_folder = source == "folder" || (!options.given("association") && !association.folder.empty());
    association.source = wants_folder       ? AssociationSource::folder
                         : source == "none" ? AssociationSource::none
                                            : AssociationSource::model;
    RECKON_ASSIGN_OR_RETURN(association.associate_template, PromptTemplate::load(options.text("associate_template"), kAssociateTemplate, {{"question", "steps"}}));
    RECKON_ASSIGN_OR_RETURN(association.rate_template, PromptTemplate::parse(kRateMemoryTemplate, {{"question", "steps", "memory"}}));
    RECKON_ASSIGN_OR_RETURN(settings.notes_template, PromptTemplate::load(options.text("notes_template"), kNotesTemplate, {{"question", "memory"}}));
    RECKON_ASSIGN_OR_RETURN(settings.rate_template, PromptTemplate::parse(kRateContentTemplate, {{"question", "steps"}}));
    std::optional<TextFolder> folder;
    if (wants_folder) {
      if (association.folder.empty()) return invalid_argument("association=folder needs memory=FOLDER");
      RECKON_ASSIGN_OR_RETURN(folder, TextFolder::open(association.folder));
    }
    return std::unique_ptr<Strategy>(std::make_unique<Coat>(std::move(settings), std::move(folder)));
  }

  Result<Answer> run(Context& context, const Task&) override {
    return AssociativeSearch(context, settings_, folder_ ? &*folder_ : nullptr).run();
  }

 private:
  CoatSettings settings_;
  std::optional<TextFolder> folder_;
};

std::vector<OptionSpec> coat_options() {
  return {OptionSpec::choice("association", "model", {"none", "model", "folder"},
                             "where memories come from: nowhere (plain MCTS), the model, or the texts in `memory`"),
          OptionSpec::text("memory", "", "folder with *.txt and *.md files; giving it means association=folder"),
          OptionSpec::integer("iterations", 16, {1, 100000}, "expansions and revisits"),
          OptionSpec::integer("children", 3, {1, 256}, "next steps sampled for each node (K)"),
          OptionSpec::integer("parallel", 1, {1, 256}, "leaves expanded side by side: faster, chosen before the others' worth is known"),
          OptionSpec::real("exploration", 1.0, {0.0, 1000.0}, "weight of seldom visited nodes in UCT; 0: greedy"),
          OptionSpec::real("beta", 0.1, {0.0, 100.0}, "weight of a memory's worth beside the content's"),
          OptionSpec::real("enough", 0.9, {0.0, 1.0}, "a finished path that is worth this ends the search"),
          OptionSpec::choice("judge", "scorer", {"scorer", "model"}, "the content is judged by the scorer, or rated by the model"),
          OptionSpec::integer("memory_tokens", 96, {1, 4096}, "most tokens of a node's memory"),
          OptionSpec::integer("paragraphs", 2, {1, 64}, "folder: most paragraphs for a node"),
          OptionSpec::text("notes_template", "", "file with {question} and {memory}; empty: built in"),
          OptionSpec::text("associate_template", "", "file with {question} and {steps}; empty: built in")};
}

}  // namespace

void register_mcts_coat_strategy(Registry& registry) {
  registry.strategies.add<Coat>(
      {.name = "mcts_coat",
       .summary = "Monte Carlo tree search over steps with associative memory",
       .options = with_step_options(coat_options(), "max", 6),
       .needs = {Need::scorer, Need::comparable_scores, Need::fork},
       .references = {"arXiv 2502.02390"}});
}

}  // namespace reckon
