// early_exit: ends the thinking when a look ahead says that the answer is there.
//
//   confidence  DEER (2504.15895): where the model turns to another thought ("Wait"), an answer is tried
//               on a fork; when the mean probability of its tokens, the first excepted, passes a threshold,
//               the thinking ends there, otherwise the switch word stays and the model goes on. With the
//               geometric mean, for models that are too sure (Qwen3), the trial must also end the thinking itself.
//   stable      Dynasor-CoT (2412.20993): every so many tokens an answer is tried; when the last few
//               trials agree and none of them voices doubt, the thinking ends.
//
// A trial is decoded greedily on a fork of the trace, batched with everything else, and billed as probe
// tokens; the trace itself never sees it. Words that a budget injected ("Wait") are no switch points.
// Published with reasoning models of 7B and more: 19 to 80 % shorter traces. Small models are badly
// calibrated; measure before relying on it.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>

#include "base/text.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr const char* kConfidenceTrial = "\n**Final Answer**\n\\boxed";
constexpr const char* kStableTrial = "... Oh, I suddenly got the answer to the whole problem, **Final Answer**\n\n\\[ \\boxed{";
constexpr const char* kDoubts[] = {"wait", "hold", "but", "okay", "no", "hmm"};

struct EarlyExitSettings {
  bool stable = false;
  Probe probe;
  PhraseMatcher points;
  bool paragraphs = false;
  double threshold = 0.95;
  bool geometric = false;
  std::int64_t most_trials = 10;
  std::int64_t every = 64;
  std::size_t window = 8;
};

// Mean over the trial's tokens except the first; 0 when there are none.
double confidence(const std::vector<double>& probabilities, bool geometric) {
  if (probabilities.size() < 2) return 0.0;
  double sum = 0.0;
  for (std::size_t i = 1; i < probabilities.size(); ++i) sum += geometric ? std::log(std::max(probabilities[i], 1e-300)) : probabilities[i];
  const double mean = sum / static_cast<double>(probabilities.size() - 1);
  return geometric ? std::exp(mean) : mean;
}

bool voices_doubt(const std::string& text) {
  std::string word;
  const std::string padded = to_lower(text) + " ";
  for (const char c : padded) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (std::ranges::find(kDoubts, word) != std::end(kDoubts)) return true;
    word.clear();
  }
  return false;
}

// The forms of a switch word without the white space before it, which stays where it is: a step may end with it.
std::vector<Tokens> words(const std::string& point, const Vocabulary& vocabulary) {
  auto forms = surface_forms_any_case(point, vocabulary);
  for (Tokens& form : forms) {
    form.erase(form.begin(), std::ranges::find_if(form, [&](TokenId token) { return !trim(vocabulary.piece(token)).empty(); }));
  }
  return forms;
}

class EarlyExit final : public Controller {
 public:
  EarlyExit(const Options& options, const ControllerEnvironment& environment) {
    auto settings = std::make_shared<EarlyExitSettings>();
    settings->stable = options.text("rule") == "stable";
    settings->probe = {.suffix = environment.vocabulary.tokenize(settings->stable ? kStableTrial : kConfidenceTrial, ControlTokens::as_text),
                       .max_tokens = static_cast<int>(options.integer("trial_tokens")),
                       .open_braces = settings->stable ? 1 : 0};
    std::vector<Tokens> forms;
    for (const std::string& point : split(options.text("points"), ',')) {
      if (trim(point) == "paragraph") settings->paragraphs = true;
      else std::ranges::move(words(point, environment.vocabulary), std::back_inserter(forms));
    }
    settings->points = PhraseMatcher(forms);
    settings->threshold = options.real("threshold");
    settings->geometric = options.text("mean") == "geometric";
    // A shared pointer into the section, which it keeps alive.
    const bool must_close = settings->geometric && !settings->stable && environment.think != nullptr && environment.think->family.native;
    if (must_close) settings->probe.until = std::shared_ptr<const PhraseMatcher>(environment.think, &environment.think->ends);
    settings->most_trials = options.integer("trials");
    settings->every = options.integer("every");
    settings->window = static_cast<std::size_t>(options.integer("window"));
    trial_at_ = settings->every;
    settings_ = std::move(settings);
  }
  std::unique_ptr<Controller> clone() const override { return std::make_unique<EarlyExit>(*this); }
  std::string_view name() const override { return "early_exit"; }

  Verdict on_token(const BranchView& branch, TokenId token) override {
    if (branch.section != Section::thinking || branch.vocabulary.is_end_of_generation(token)) return Verdict::accept();
    const int word = settings_->stable ? 0 : settings_->points.matched(settings_->points.advance(at_, token));
    const bool due = settings_->stable ? seen_ >= trial_at_ : at_switch(branch, token, word);
    if (!due) return Verdict::accept();
    ++trials_;
    trial_at_ = seen_ + settings_->every;
    Probe probe = settings_->probe;
    probe.behind = std::max(0, word - 1);
    return {.probe = std::move(probe)};
  }

  Verdict on_probe(const ProbeResult& result) override {
    const bool enough = settings_->stable ? agrees(result) : sure(result);
    return enough ? Verdict::close_unless_too_early("early_exit") : Verdict::accept();
  }

  // The beginning of a switch word of several tokens goes with it.
  int held() const override { return settings_->stable || trials_ >= settings_->most_trials || settings_->points.matched(at_) > 0 ? 0 : settings_->points.depth(at_); }

  void observe(TokenId token, TokenOrigin origin) override {
    // A phrase that somebody injected is neither a point nor the beginning of one.
    at_ = origin == TokenOrigin::sampled ? settings_->points.advance(at_, token) : 0;
    ++seen_;
  }
  void retract(int n) override {
    seen_ -= n;
    at_ = 0;
  }

 private:
  // `word`: tokens of the switch word that ends here; 0: none.
  bool at_switch(const BranchView& branch, TokenId token, int word) const {
    if (trials_ >= settings_->most_trials || seen_ == 0) return false;
    if (word > 0) return seen_ >= word;
    return settings_->paragraphs && branch.vocabulary.piece(token).find("\n\n") != std::string_view::npos;
  }

  bool sure(const ProbeResult& result) const {
    return confidence(result.probabilities, settings_->geometric) > settings_->threshold && (result.closed || settings_->probe.until == nullptr);
  }

  bool agrees(const ProbeResult& result) {
    std::string answer;
    if (result.closed && !voices_doubt(result.text)) answer = trim(std::string_view(result.text).substr(0, result.text.size() - 1));
    recent_.push_back(answer);
    if (recent_.size() > settings_->window) recent_.pop_front();
    return !answer.empty() && recent_.size() == settings_->window && std::ranges::count(recent_, answer) == std::ssize(recent_);
  }

  std::shared_ptr<const EarlyExitSettings> settings_;
  int at_ = 0;  // position in the matcher
  std::int64_t seen_ = 0;
  std::int64_t trials_ = 0;
  std::int64_t trial_at_ = 0;  // stable: tokens at which the next one is due
  std::deque<std::string> recent_;  // answers tried last; empty where one does not count
};

}  // namespace

void register_early_exit_controller(Registry& registry) {
  registry.controllers.add<EarlyExit>(
      {.name = "early_exit",
       .summary = "ends the thinking when a trial answer is sure enough (DEER) or stays the same (Dynasor)",
       .options = {OptionSpec::choice("rule", "confidence", {"confidence", "stable"}, "what a trial answer must be"),
                   OptionSpec::text("points", "Wait,Alternatively", "confidence: words before which an answer is tried; paragraph: every blank line"),
                   OptionSpec::real("threshold", 0.95, {0.0, 1.0}, "confidence: mean token probability that must be passed"),
                   OptionSpec::choice("mean", "arithmetic", {"arithmetic", "geometric"},
                                      "confidence: kind of mean; geometric, where the model thinks by itself: and the trial must end the thinking"),
                   OptionSpec::integer("trials", 10, {1, 1000}, "confidence: most trials of a trace"),
                   OptionSpec::integer("every", 64, {1, 100000}, "stable: tokens between trials"),
                   OptionSpec::integer("window", 8, {1, 100}, "stable: equal trials in a row that are needed"),
                   OptionSpec::integer("trial_tokens", 20, {2, 1000}, "longest trial answer, in tokens")},
       .needs = {Need::logprobs, Need::fork, Need::think_section},
       .references = {"arXiv 2504.15895", "arXiv 2412.20993"},
       .authority = 40});
}

}  // namespace reckon
