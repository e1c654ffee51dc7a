#include "strategies/s_star/selection.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/random.h"
#include "strategies/s_star/texts.h"

namespace reckon::s_star {
namespace {

constexpr int kTries = 3;                              // to get usable inputs
constexpr std::size_t kEvidence = 4;                   // inputs that the judge is shown
constexpr std::uint64_t kInputs = std::uint64_t{1} << 40;  // conversations of this stage, apart from stage 1's
constexpr std::uint64_t kMatches = std::uint64_t{1} << 41;

struct Cluster {
  std::vector<std::size_t> members;   // candidates, in order
  std::vector<Execution> executions;  // of its members on all inputs; errors differ in words only
  double points = 0.0;
};

struct Match {
  std::size_t a;  // clusters
  std::size_t b;
  std::vector<Evidence> evidence;
};

class Selector {
 public:
  Selector(Context& context, const ProgramTests& tests, const ProgramRunner& runner, std::span<const ProgramCandidate> candidates,
           const SelectSettings& settings)
      : context_(context), tests_(tests), runner_(runner), candidates_(candidates), settings_(settings) {}

  Choice choose() {
    std::vector<std::size_t> pool = eligible();
    if (pool.empty()) return alone(most_public_tests());
    if (settings_.select == Select::public_tests || pool.size() == 1) return alone(pool.front());
    if (settings_.select == Select::random) return alone(pool[Rng(context_.seed(), kMatches).below(pool.size())]);
    if (all_equal(pool)) return {pool.front(), pool};

    collect_inputs();
    if (inputs_.empty()) return alone(pool.front());
    cluster(pool);
    if (not_run_) {
      if (!context_.should_stop()) context_.warn("a program could not be run, so that nothing is known of what the programs do: the first is taken");
      return alone(pool.front());
    }
    if (clusters_.size() == 1) return {pool.front(), pool};
    const Cluster& winner = settings_.select == Select::majority ? largest() : best_judged();
    return {winner.members.front(), winner.members};
  }

 private:
  Choice alone(std::size_t candidate) const { return {candidate, {candidate}}; }
  const std::string& code(const Cluster& cluster) const { return candidates_[cluster.members.front()].code(); }

  // S: what passes all public tests; the plain vote of programs asks everybody.
  std::vector<std::size_t> eligible() {
    std::vector<std::size_t> pool;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (settings_.select == Select::majority || candidates_[i].passes()) {
        pool.push_back(i);
      } else if (candidates_[i].round.report.fault().empty()) {
        context_.emit({.kind = EventKind::pruned,
                       .trace = static_cast<std::uint64_t>(candidates_[i].round.trace),
                       .label = "fails public tests"});
      }
    }
    return pool;
  }

  std::size_t most_public_tests() const {
    const auto passed = [](const ProgramCandidate& candidate) { return candidate.round.report.passed; };
    return static_cast<std::size_t>(std::ranges::max_element(candidates_, {}, passed) - candidates_.begin());
  }

  bool all_equal(std::span<const std::size_t> pool) const {
    return std::ranges::all_of(pool, [&](std::size_t i) { return candidates_[i].code() == candidates_[pool.front()].code(); });
  }

  struct Reply {
    std::string text = {};  // empty when there was none
    bool cut = false;       // by the run's end
  };
  std::vector<Reply> ask_all(const std::string& role, const std::vector<std::string>& questions, std::uint64_t first_index,
                                   std::optional<double> temperature = std::nullopt) {
    std::vector<Reply> replies(questions.size());
    std::vector<std::size_t> asked;
    std::vector<TraceRequest> requests;
    for (std::size_t i = 0; i < questions.size() && !context_.should_stop(); ++i) {
      auto request = context_.open_chat({.role = role, .messages = {{"user", questions[i]}}, .index = first_index + i, .reply_tokens = settings_.reply_tokens});
      if (!request.ok()) continue;
      if (temperature) request->sampling = {.temperature = *temperature};
      asked.push_back(i);
      requests.push_back(std::move(request).value());
    }
    if (requests.empty()) return replies;
    std::map<TraceId, std::size_t> index_of;
    const auto generation = context_.generate(role);
    for (const TraceId id : generation->add(std::move(requests))) index_of.emplace(id, asked[index_of.size()]);
    while (auto trace = generation->next()) {
      if (trace->finish != FinishReason::failed) replies[index_of.at(trace->id)] = {trace->full_text, was_told_to_stop(trace->finish)};
    }
    return replies;
  }

  // The plain vote has not seen the public inputs' outputs; for the others these tell nothing apart.
  void collect_inputs() {
    if (settings_.select == Select::majority) {
      for (const ProgramTest& test : tests_.tests) {
        const bool is_statements = tests_.kind == ProgramTests::Kind::function && test.expected.empty();
        if (!is_statements) inputs_.push_back(test.input);
      }
    }
    for (std::uint64_t attempt = 0; attempt < kTries && !context_.should_stop(); ++attempt) {
      const auto reply = ask_all(kInputsRole, {inputs_request(context_.task().question, tests_, settings_.inputs)}, kInputs + attempt);
      const auto found = read_inputs(reply.front(), static_cast<std::size_t>(settings_.inputs));
      inputs_.insert(inputs_.end(), found.begin(), found.end());
      if (!found.empty()) return;
    }
  }

  std::vector<std::string> read_inputs(const Reply& reply, std::size_t most) {
    auto inputs = inputs_in(reply.text, tests_, most);
    if (inputs.empty() && !reply.text.empty() && !reply.cut) context_.ledger().charge({.parse_failures = 1});
    return inputs;
  }

  // By the outputs on all inputs, in order of first appearance. An error is an output of its own kind.
  void cluster(std::span<const std::size_t> pool) {
    std::vector<std::string> programs;
    for (const std::size_t i : pool) programs.push_back(candidates_[i].code());
    auto table = runner_.run_inputs(programs, tests_, inputs_);
    std::map<std::string, std::size_t> known;
    for (std::size_t row = 0; row < pool.size(); ++row) {
      std::string behaviour;
      for (const Execution& execution : table[row]) {
        not_run_ |= execution.verdict == sandbox::Verdict::sandbox_failure;
        const std::string seen = execution.ok() ? observed(execution) : "\x01";
        behaviour += std::to_string(seen.size()) + ":" + seen;
      }
      const auto [at, is_new] = known.emplace(behaviour, clusters_.size());
      if (is_new) clusters_.push_back({.executions = std::move(table[row])});
      clusters_[at->second].members.push_back(pool[row]);
    }
    for (const Cluster& cluster : clusters_) {
      context_.emit({.kind = EventKind::vote,
                     .count = static_cast<std::int64_t>(pool.size()),
                     .value = static_cast<double>(cluster.members.size()) / static_cast<double>(pool.size()),
                     .label = "cluster",
                     .text = code(cluster)});
    }
  }

  static bool larger(const Cluster& a, const Cluster& b) { return a.members.size() > b.members.size(); }
  // Programs that fail on every input agree on nothing.
  const Cluster& largest() const {
    const auto agreement = [](const Cluster& cluster) { return std::pair(std::ranges::any_of(cluster.executions, &Execution::ok), cluster.members.size()); };
    return *std::ranges::max_element(clusters_, {}, agreement);
  }

  // Every cluster against every other, one member standing for each: with inputs made for the pair, then, when that
  // decided nothing, on the code alone. A tie goes to the larger cluster, then to the first.
  const Cluster& best_judged() {
    std::ranges::stable_sort(clusters_, larger);
    if (clusters_.size() > static_cast<std::size_t>(settings_.most_clusters)) {
      clusters_.resize(static_cast<std::size_t>(settings_.most_clusters));
    }
    std::vector<Match> matches;
    for (std::size_t a = 0; a < clusters_.size(); ++a) {
      for (std::size_t b = a + 1; b < clusters_.size(); ++b) matches.push_back({a, b, {}});
    }
    gather_evidence(matches);
    judge(matches, kMatches + (std::uint64_t{1} << 20));
    if (!has_unique_top()) {
      for (Cluster& cluster : clusters_) cluster.points = 0.0;
      for (Match& match : matches) match.evidence.clear();
      judge(matches, kMatches + (std::uint64_t{1} << 21));
    }
    return *std::ranges::max_element(clusters_, {}, &Cluster::points);
  }

  bool has_unique_top() const {
    const double top = std::ranges::max_element(clusters_, {}, &Cluster::points)->points;
    return top > 0.0 && std::ranges::count(clusters_, top, &Cluster::points) == 1;
  }

  // Inputs that the model makes for each pair, then those that told the two apart already; where they differ first.
  void gather_evidence(std::vector<Match>& matches) {
    std::vector<std::string> questions;
    for (const Match& match : matches) {
      questions.push_back(distinguishing_request(context_.task().question, tests_, code(clusters_[match.a]), code(clusters_[match.b])));
    }
    const auto replies = ask_all(kInputsRole, questions, kMatches);
    for (std::size_t i = 0; i < matches.size(); ++i) {
      Match& match = matches[i];
      const auto inputs = read_inputs(replies[i], kEvidence);
      if (!inputs.empty()) {
        const std::vector<std::string> pair = {code(clusters_[match.a]), code(clusters_[match.b])};
        const auto table = runner_.run_inputs(pair, tests_, inputs);
        add_evidence(match, inputs, table[0], table[1]);
      }
      add_evidence(match, inputs_, clusters_[match.a].executions, clusters_[match.b].executions);
    }
  }

  static void add_evidence(Match& match, std::span<const std::string> inputs, std::span<const Execution> a, std::span<const Execution> b) {
    for (std::size_t i = 0; i < inputs.size() && match.evidence.size() < kEvidence; ++i) {
      const bool differs = observed(a[i]) != observed(b[i]);
      if (differs && (a[i].ok() || b[i].ok())) match.evidence.push_back({inputs[i], observed(a[i]), observed(b[i])});
    }
  }

  // Asked in both orders: a win counts only when they agree, two ties are half a point each.
  void judge(const std::vector<Match>& matches, std::uint64_t first_index) {
    std::vector<std::string> questions;
    for (const Match& match : matches) {
      std::vector<Evidence> swapped;
      for (const Evidence& one : match.evidence) swapped.push_back({one.input, one.second, one.first});
      const std::string& a = code(clusters_[match.a]);
      const std::string& b = code(clusters_[match.b]);
      questions.push_back(judge_request(context_.task().question, a, b, match.evidence));
      questions.push_back(judge_request(context_.task().question, b, a, swapped));
    }
    const auto replies = ask_all("judge", questions, first_index, 0.0);
    const auto unread = std::ranges::count_if(replies, [](const Reply& reply) { return !reply.text.empty() && !reply.cut && verdict_in(reply.text) == Verdict::unreadable; });
    context_.ledger().charge({.parse_failures = unread});
    if (unread > 0 && !std::exchange(warned_, true)) {
      context_.warn(std::to_string(unread) + " of " + std::to_string(replies.size()) + " judgements say nothing that can be read, and count for nobody");
    }
    for (std::size_t i = 0; i < matches.size(); ++i) {
      const Verdict one = verdict_in(replies[2 * i].text);
      const Verdict other = verdict_in(replies[2 * i + 1].text);
      Cluster& a = clusters_[matches[i].a];
      Cluster& b = clusters_[matches[i].b];
      if (one == Verdict::first && other == Verdict::second) a.points += 1.0;
      if (one == Verdict::second && other == Verdict::first) b.points += 1.0;
      if (one == Verdict::tie && other == Verdict::tie) {
        a.points += 0.5;
        b.points += 0.5;
      }
    }
  }

  static constexpr const char* kInputsRole = "tests";

  Context& context_;
  const ProgramTests& tests_;
  const ProgramRunner& runner_;
  std::span<const ProgramCandidate> candidates_;
  const SelectSettings& settings_;
  std::vector<std::string> inputs_;
  std::vector<Cluster> clusters_;
  bool not_run_ = false;  // the sandbox failed, or the run ended, on some input
  bool warned_ = false;
};

}  // namespace

Choice select_candidate(Context& context, const ProgramTests& tests, const ProgramRunner& runner,
                        std::span<const ProgramCandidate> candidates, const SelectSettings& settings) {
  return Selector(context, tests, runner, candidates, settings).choose();
}

}  // namespace reckon::s_star
