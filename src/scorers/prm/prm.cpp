// prm: a process reward model that is a language model with a verdict token (Math-Shepherd, 2312.08935;
// RLHFlow, 2412.11006) or a value head (Qwen2.5-Math-PRM, 2501.07301), asked by its contract (contract.h). The score
// of a step is p(good) / (p(good) + p(bad)), or the head's.
//
// The model of the role "reward" is asked. It keeps a branch for each step that was scored, keyed by the
// search's node, so that one more step costs that step's tokens and no more; of a look ahead it reads step by step
// what was not scored. A whole trace is divided at its blank lines; its score is its last step's, and Score::steps
// has them all. A step without text, the end of a trace, has the score of the one before it.
// Vocabularies that put a space before every text they are given (SentencePiece) get it before every step, too.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "scorers/prm/contract.h"
#include "scoring/sigmoid.h"
#include "search/ask.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr std::string_view kRole = "reward";

// A prefix of a trace as the reward model has read it.
struct Read {
  Branch branch;
  std::size_t bytes = 0;  // of the trace's text
  bool has_steps = false;
  double score = 0.0;  // of its last step
};

// A step to read, and the search's nodes whose text ends with it, with the length of that text in bytes.
struct Step {
  std::string text;
  std::vector<std::pair<std::uint64_t, std::size_t>> nodes = {};
};

std::vector<Step> divide(std::string_view text) {
  std::vector<Step> steps;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    if (const auto step = trim(text.substr(0, end)); !step.empty()) steps.push_back({std::string(step)});
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return steps;
}

// One candidate on its way: steps to read, one after the other.
struct Reading {
  Read at;
  std::vector<Step> steps;
  std::vector<double> scores;
  bool lost = false;
};

class ProcessReward final : public Scorer {
 public:
  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    auto scorer = std::make_unique<ProcessReward>();
    RECKON_ASSIGN_OR_RETURN(scorer->contract_, PrmContract::load(options.text("contract")));
    return std::unique_ptr<Scorer>(std::move(scorer));
  }

  Status attach(Context& context) override {
    context_ = &context;
    if (context.is_endpoint(kRole)) return unsupported("prm reads the reward model's next token: an endpoint cannot play the role " + std::string(kRole));
    if (contract_.head) return check_head(context.model(kRole).info());
    const Vocabulary& vocabulary = context.model(kRole).vocabulary();
    for (const auto* text : {&contract_.good, &contract_.bad}) {
      const Tokens tokens = vocabulary.tokenize(*text, ControlTokens::parse);
      if (tokens.size() != 1) return invalid_argument("\"" + *text + "\" is not one token of the reward model " + context.model(kRole).info().name);
      verdict_.push_back(tokens.front());
    }
    return ok_status();
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Reading> readings;
    for (const auto& candidate : candidates) {
      RECKON_ASSIGN_OR_RETURN(Reading reading, begin(candidate));
      readings.push_back(std::move(reading));
    }
    for (std::size_t step = 0; read_step(readings, step); ++step) {
    }
    std::vector<Score> scores;
    for (std::size_t i = 0; i < readings.size(); ++i) {
      if (readings[i].lost) return model_failure("the reward model could not read a step");
      Score score{.calibrated = true, .steps = readings[i].scores};
      score.value = readings[i].at.score;
      scores.push_back(std::move(score));
      if (candidates[i].step) {
        readings[i].at.bytes = candidates[i].text.size();
        read_.insert_or_assign(candidates[i].step->node, std::move(readings[i].at));
      }
    }
    return scores;
  }

 private:
  Status check_head(const ModelInfo& model) const {
    if (!model.has_hidden_states) return unsupported("a value head reads hidden states, which " + model.name + " does not give");
    if (static_cast<std::size_t>(model.hidden_size) == contract_.head->inputs()) return ok_status();
    return invalid_argument("the contract's head reads states of " + std::to_string(contract_.head->inputs()) + " numbers, and those of the reward model " +
                            model.name + " have " + std::to_string(model.hidden_size));
  }

  // Where the reading of a candidate goes on, and what is left to read.
  Result<Reading> begin(const Candidate& candidate) {
    Reading reading;
    const auto known = candidate.step ? read_.find(candidate.step->parent) : read_.end();
    std::size_t read = 0;  // bytes
    if (known != read_.end()) {
      Read& before = known->second;
      read = before.bytes;
      reading.at = {before.branch.fork(candidate.step->node), before.bytes, before.has_steps, before.score};
    } else {
      RECKON_RETURN_IF_ERROR(open(candidate.question));
      reading.at.branch = question_.fork(candidate.step ? candidate.step->node : 0);
    }
    reading.steps = steps_after(candidate, read);
    return reading;
  }

  // The search's own division of what was not read yet, where it covers that; else at blank lines.
  static std::vector<Step> steps_after(const Candidate& candidate, std::size_t read) {
    const std::string_view rest = candidate.text.substr(std::min(read, candidate.text.size()));
    if (!candidate.step) return divide(rest);
    std::vector<PassedStep> passed = candidate.step->between;
    passed.push_back({candidate.step->node, candidate.step->text});
    std::size_t bytes = 0;
    std::vector<Step> steps;
    for (const auto& [node, text] : passed) {
      bytes += text.size();
      if (const auto step = trim(text); !step.empty()) steps.push_back({std::string(step)});
      if (!steps.empty() && node != candidate.step->node) steps.back().nodes.emplace_back(node, read + bytes);
    }
    return bytes == rest.size() ? steps : divide(rest);
  }

  // Reads the prompt up to the question; the rest is forced before the first step.
  Status open(std::string_view question) {
    if (opened_) return ok_status();
    const std::size_t at = contract_.prompt.find("{question}");
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context_->open_chat({.role = std::string(kRole),
                                                                       .prefill = contract_.prompt.substr(0, at),
                                                                       .reply_tokens = 1,
                                                                       .purpose = Purpose::scoring}));
    question_ = std::move(request.branch);
    question_text_ = question;
    after_question_ = contract_.prompt.substr(at + std::string_view("{question}").size());
    opened_ = true;
    return ok_status();
  }

  // The step-th unread step of every reading that has one; false when none has.
  bool read_step(std::vector<Reading>& readings, std::size_t step) {
    std::vector<TraceRequest> requests;
    std::vector<Reading*> readers;
    for (auto& reading : readings) {
      if (step >= reading.steps.size() || reading.lost) continue;
      TraceRequest request;
      request.branch = std::move(reading.at.branch);
      request.purpose = Purpose::scoring;
      const std::string& text = reading.steps[step].text;
      const std::string shown = contract_.join_lines ? replace_all(text, "\n", " ") : text;
      std::vector<TextPart> parts{{contract_.before_step}, {shown, true}, {contract_.after_step}};
      if (reading.at.has_steps) parts.insert(parts.begin(), {contract_.after_read});
      else parts.insert(parts.begin(), {{question_text_, true}, {after_question_}});
      request.forced = tokenize_parts(context_->model(kRole).vocabulary(), parts);
      request.max_tokens = 0;
      request.watch = verdict_;
      if (contract_.head) request.record = Record::hidden_states;
      requests.push_back(std::move(request));
      readers.push_back(&reading);
    }
    if (requests.empty()) return false;
    std::vector<Trace> traces = run_in_order(*context_, kRole, std::move(requests));
    for (std::size_t i = 0; i < traces.size(); ++i) {
      Reading& reading = *readers[i];
      const auto score = verdict(traces[i]);
      reading.lost = !score.has_value();
      if (reading.lost) continue;
      reading.at.score = *score;
      reading.scores.push_back(reading.at.score);
      reading.at.branch = std::move(traces[i].branch);
      reading.at.has_steps = true;
      for (const auto& [node, bytes] : reading.steps[step].nodes) {
        read_.insert_or_assign(node, Read{reading.at.branch.fork(node), bytes, true, reading.at.score});
      }
    }
    return true;
  }

  std::optional<double> verdict(const Trace& trace) const {
    if (contract_.head) {
      const auto& state = trace.stats.hidden.last;
      return state.size() == contract_.head->inputs() ? std::optional(contract_.head->score(state)) : std::nullopt;
    }
    if (trace.watched.empty()) return std::nullopt;
    const auto& log_probabilities = trace.watched.front();
    return sigmoid(log_probabilities[0] - log_probabilities[1]);
  }

  PrmContract contract_;
  Context* context_ = nullptr;
  std::vector<TokenId> verdict_;  // good, bad; none where a head is read
  bool opened_ = false;
  Branch question_;
  std::string question_text_;
  std::string after_question_;  // what the prompt says there
  std::map<std::uint64_t, Read> read_;
};

}  // namespace

void register_prm_scorer(Registry& registry) {
  registry.scorers.add<ProcessReward>(
      {.name = "prm",
       .summary = "a process reward model's verdict on the newest step",
       .options = {OptionSpec::text("contract", "", "JSON file that says how the model of the role \"reward\" is asked")},
       .needs = {Need::logprobs, Need::fork},
       .references = {"arXiv 2312.08935", "arXiv 2412.11006", "arXiv 2501.07301"}});
}

}  // namespace reckon
