// answer_probe: how sure the model is of its answer if it had to give it now. The trace is forked, a text that
// asks for the answer is forced, and a few short answers are sampled; the value is the share of the largest
// group of equivalent ones (semantic entropy's idea, 2302.09664, as a probe of unfinished reasoning: DEER,
// 2504.15895, and self-consistency as confidence, 2203.11171).
//
// Costs the forced text and the short answers, billed as scored; the trace itself is computed already. A text that
// has no branch any more, or was written in another conversation, is read once more below the task's own prompt.
// A step of which nothing could be extracted scores 0.
#include "scoring/answer_extract.h"
#include "scoring/answer_groups.h"
#include "search/ask.h"
#include "search/registry.h"

namespace reckon {
namespace {

class AnswerProbe final : public Scorer {
 public:
  explicit AnswerProbe(const Options& options)
      : probes_(static_cast<int>(options.integer("probes"))),
        tokens_(static_cast<int>(options.integer("tokens"))),
        temperature_(options.real("temperature")),
        trigger_(options.text("trigger")) {}

  Status attach(Context& context) override {
    context_ = &context;
    return ok_status();
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    if (context_ == nullptr) return internal_error("the probe has no model");
    const Vocabulary& vocabulary = context_->model("").vocabulary();
    const std::string ask = "\n\n" + trigger_;
    std::vector<TraceRequest> requests;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      Branch* from = candidates[i].branch;
      if (from == nullptr) RECKON_RETURN_IF_ERROR(open_prompt());
      const std::string text = from == nullptr ? std::string(candidates[i].text) + ask : ask;
      const Tokens forced = vocabulary.tokenize(text, ControlTokens::as_text);
      for (int probe = 0; probe < probes_; ++probe) {
        requests.push_back(request_for(from == nullptr ? prompt_ : *from, forced, probe));
        owners.push_back(i);
      }
    }
    std::vector<std::vector<std::string>> answers(candidates.size());
    const std::vector<Trace> traces = run_in_order(*context_, "", std::move(requests));
    for (std::size_t t = 0; t < traces.size(); ++t) {
      if (traces[t].finish == FinishReason::failed) return traces[t].error;
      answers[owners[t]].push_back(answer_in(traces[t]));
    }
    std::vector<Score> scores;
    for (const auto& given : answers) scores.push_back({.value = agreement(given), .calibrated = true});
    return scores;
  }

 private:
  Status open_prompt() {
    if (prompt_.prompt_tokens > 0) return ok_status();
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context_->open_trace(0));
    prompt_ = std::move(request.branch);
    return ok_status();
  }

  TraceRequest request_for(Branch& from, const Tokens& forced, int probe) const {
    // Far from the indices that searches give their children.
    constexpr std::uint64_t kProbes = std::uint64_t{1} << 62;
    TraceRequest request;
    request.branch = from.fork(kProbes + static_cast<std::uint64_t>(probe));
    request.branch.controllers.clear();
    request.purpose = Purpose::scoring;
    request.forced = forced;
    request.max_tokens = tokens_;
    request.sampling = {.temperature = temperature_};
    // Not a stop string: the forced text begins with line breaks.
    request.boundary.delimiters = {"\n"};
    return request;
  }

  std::string answer_in(const Trace& trace) const {
    const auto at = trace.text.rfind(trigger_);
    if (at == std::string::npos) return "";
    const std::string_view reply = std::string_view(trace.text).substr(at + trigger_.size());
    return extract_after_trigger(reply, context_->task().answer_style).text;
  }

  double agreement(const std::vector<std::string>& answers) const {
    AnswerGroups groups;
    for (const auto& answer : answers) groups.add(parse_answer(answer, context_->task().answer_style));
    const auto leader = groups.leader_by_count();
    return leader ? static_cast<double>(groups.groups()[*leader].count) / static_cast<double>(answers.size()) : 0.0;
  }

  int probes_;
  int tokens_;
  double temperature_;
  std::string trigger_;
  Context* context_ = nullptr;
  Branch prompt_;  // of the task, once it was wanted
};

}  // namespace

void register_answer_probe_scorer(Registry& registry) {
  registry.scorers.add<AnswerProbe>(
      {.name = "answer_probe",
       .summary = "agreement of a few answers that the trace is made to give at once",
       .options = {OptionSpec::integer("probes", 4, {1, 64}, "answers of each step"),
                   OptionSpec::integer("tokens", 16, {1, 1024}, "most tokens of an answer"),
                   OptionSpec::real("temperature", 0.7, {0.01, 10.0}, "of the answers"),
                   OptionSpec::text("trigger", "Therefore, the final answer is", "what asks for the answer")},
       .needs = {Need::fork},
       .references = {"arXiv 2203.11171", "arXiv 2302.09664", "arXiv 2504.15895"}});
}

}  // namespace reckon
