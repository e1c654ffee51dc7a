// s_star: writing programs with parallel samples, debugging and selection by execution (Li et al., 2502.14382).
//
// Stage 1. N programs are sampled side by side. Each is run on the public tests; while it fails one, the model is
// shown every earlier program with what the tests gave (input, expected, got or the error) and writes the next, for up
// to R rounds. Stage 2. Of the programs that pass all public tests (S), the model is asked for inputs on which a
// wrong program may fail; programs that do the same on all of them are a cluster. For each two clusters the model
// makes inputs that tell them apart, both are run, and it judges, seeing the real outputs, which is right, in both
// orders; a win counts when both agree. The cluster with the most points gives the answer. S empty: the program that
// passes the most public tests.
//
// Outputs that the model expects are never used, and hidden tests are not here to be used. Where the paper's code
// matches all pairs of samples on every input, one member stands for each cluster (K(K-1)/2 matches of three calls): the
// first, since the fastest, which would be the better choice, is another one on every run. Errors are a behaviour of
// their own, where that code leaves such inputs out. Inputs come from the model of the role "tests" and verdicts from that of
// "judge" (both a model of their own in the paper); without, the one that writes the programs.
// A judging that ends in a tie is decided by the larger cluster, in the code by the first sample: with a judge too
// weak to agree with itself this is a vote of the programs in S.
//
// Ablations: debug = none, self (no execution), execution; select = public (first of S), random (in S), majority (the
// largest cluster of all samples, no public tests), adaptive. Needs a model that can write inputs and judge: small
// models gain most from debugging and the public tests.
#include <algorithm>

#include "programs/program_runner.h"
#include "search/registry.h"
#include "strategies/s_star/candidates.h"
#include "strategies/s_star/selection.h"

namespace reckon {
namespace {

using namespace s_star;

Debug debug_of(const std::string& name) { return name == "none" ? Debug::none : name == "self" ? Debug::self : Debug::execution; }

Select select_of(const std::string& name) {
  if (name == "random") return Select::random;
  if (name == "majority") return Select::majority;
  return name == "public" ? Select::public_tests : Select::adaptive;
}

// The chosen program, with every different program as a share beside it.
Answer answer_of(std::span<const s_star::ProgramCandidate> candidates, const Choice& choice) {
  const Round& round = candidates[choice.candidate].round;
  Answer answer;
  answer.text = round.code;
  answer.trace = round.reply;
  answer.finish = round.finish;
  answer.think = round.think;
  answer.traces = static_cast<int>(candidates.size());
  answer.agreement = static_cast<double>(choice.alike.size()) / static_cast<double>(candidates.size());
  for (const auto& candidate : candidates) {
    const auto same = [&](const AnswerShare& share) { return share.answer == candidate.code(); };
    auto share = std::ranges::find_if(answer.shares, same);
    if (share == answer.shares.end()) share = answer.shares.insert(share, {candidate.code(), 0, 0.0});
    share->traces += 1;
    share->weight += 1.0;
  }
  std::ranges::stable_sort(answer.shares, [](const AnswerShare& a, const AnswerShare& b) { return a.weight > b.weight; });
  return answer;
}

class SStar final : public Strategy {
 public:
  SStar(const Options& options, std::shared_ptr<const ProgramRunner> runner) : runner_(std::move(runner)) {
    stage1_ = {static_cast<int>(options.integer("samples")), static_cast<int>(options.integer("rounds")), debug_of(options.text("debug")),
               options.text("keep") == "best" ? Keep::best : Keep::last};
    stage2_ = {select_of(options.text("select")), static_cast<int>(options.integer("inputs")),
               static_cast<int>(options.integer("clusters")), static_cast<int>(options.integer("reply_tokens"))};
  }

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Strategy>(std::make_unique<SStar>(options, std::move(runner)));
  }

  Result<Answer> run(Context& context, const Task& task) override {
    const ProgramTests tests = task.tests.value_or(ProgramTests{});
    const auto runner = runner_->stopped_by([&context] { return context.out_of_time(); });
    RECKON_ASSIGN_OR_RETURN(const auto candidates, debugged_samples(context, tests, *runner, stage1_));
    if (candidates.empty()) return Answer{};
    return answer_of(candidates, select_candidate(context, tests, *runner, candidates, stage2_));
  }

 private:
  std::shared_ptr<const ProgramRunner> runner_;
  DebugSettings stage1_;
  SelectSettings stage2_;
};

}  // namespace

void register_s_star_strategy(Registry& registry) {
  registry.strategies.add<SStar>(
      {.name = "s_star",
       .summary = "programs: sample, debug with public tests, select by what the programs do",
       .options = {OptionSpec::integer("samples", 8, {1, 1024}, "programs sampled (paper: 16)"),
                   OptionSpec::integer("rounds", 2, {0, 32}, "most rounds of debugging after a sample's first draft"),
                   OptionSpec::choice("debug", "execution", {"none", "self", "execution"},
                                      "what a round is told: nothing (no rounds), to look again, what the public tests gave"),
                   OptionSpec::choice("keep", "last", {"last", "best"}, "which round of a sample goes on: the last, or that with most tests"),
                   OptionSpec::choice("select", "adaptive", {"adaptive", "random", "majority", "public"},
                                      "how one program is chosen among those that pass the public tests"),
                   OptionSpec::integer("inputs", 6, {1, 64}, "inputs that the model is asked for, to tell programs apart"),
                   OptionSpec::integer("clusters", 8, {2, 64}, "adaptive: most clusters that are matched, largest first"),
                   OptionSpec::integer("reply_tokens", 512, {1, 1 << 20}, "most tokens of a reply with inputs or a judgement"),
                   OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of one test (reference: 6)"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox, Need::program_reply},
       .references = {"arXiv 2502.14382, section 3"}});
}

}  // namespace reckon
