#include "strategies/s_star/candidates.h"

#include <algorithm>
#include <map>

#include "programs/programming_prompt.h"
#include "scoring/code_extract.h"
#include "strategies/s_star/texts.h"

namespace reckon::s_star {
namespace {

constexpr int kAsLongAsTheRunAllows = 1 << 30;

class Stage {
 public:
  Stage(Context& context, const ProgramTests& tests, const ProgramRunner& runner, const DebugSettings& settings)
      : context_(context), tests_(tests), runner_(runner), settings_(settings) {}

  Result<std::vector<ProgramCandidate>> run() {
    RECKON_ASSIGN_OR_RETURN(std::vector<TraceRequest> drafts, open_drafts());
    histories_.resize(drafts.size());
    const auto generation = context_.generate();
    for (const TraceId id : generation->add(std::move(drafts))) sample_of_.emplace(id, sample_of_.size());
    while (auto trace = generation->next()) {
      const std::size_t sample = sample_of_.at(trace->id);
      if (trace->finish == FinishReason::failed || trace->counts.generated() == 0) continue;
      note(sample, *trace);
      if (!wants_another_round(sample)) continue;
      auto request = open_round(sample);
      if (!request.ok()) {
        context_.warn("sample " + std::to_string(sample) + " was not debugged further: " + request.status().to_string());
        continue;
      }
      sample_of_.emplace(generation->add(std::move(request).value()), sample);
    }
    return kept();
  }

 private:
  Result<std::vector<TraceRequest>> open_drafts() {
    std::vector<TraceRequest> drafts;
    for (int i = 0; i < settings_.samples; ++i) {
      RECKON_ASSIGN_OR_RETURN(TraceRequest request, context_.open_trace(static_cast<std::uint64_t>(i)));
      const bool greedy = request.sampling.temperature <= 0.0;
      drafts.push_back(std::move(request));
      if (!greedy || settings_.samples == 1) continue;
      context_.warn("at temperature 0 all samples are equal: only one was run");
      break;
    }
    return drafts;
  }

  void note(std::size_t sample, const Trace& trace) {
    Round round;
    const bool answers = trace.think && trace.think->answer_begins >= 0 && trace.answer_offset <= trace.full_text.size();
    round.reply = answers ? trace.full_text.substr(trace.answer_offset) : trace.full_text;
    round.code = extract_code(round.reply, tests_.entry_point).code;
    round.report = runner_.run_tests(round.code, tests_);
    round.finish = trace.finish;
    round.think = trace.think;
    round.trace = trace.id;
    if (const std::string fault = round.report.fault(); !fault.empty() && !context_.should_stop()) context_.warn("a test could not be run: " + fault);
    const double share = round.report.share();
    context_.emit({.kind = EventKind::step_scored, .trace = static_cast<std::uint64_t>(trace.id), .value = share});
    if (share > best_share_) {
      best_share_ = share;
      Answer answer;
      answer.text = round.code;
      answer.trace = round.reply;
      answer.traces = 1;
      answer.finish = trace.finish;
      context_.improve(answer);
    }
    histories_[sample].push_back(std::move(round));
  }

  // What nobody has run cannot be known to be right: without execution all rounds are taken.
  bool wants_another_round(std::size_t sample) const {
    const auto& history = histories_[sample];
    if (settings_.debug == Debug::none || context_.should_stop()) return false;
    const TestReport& report = history.back().report;
    // Tests that are missing, passed or could not be run teach nothing.
    if (settings_.debug == Debug::execution && (tests_.tests.empty() || report.all() || !report.fault().empty())) return false;
    return static_cast<int>(history.size()) <= settings_.rounds;
  }

  // The conversation so far, all rounds in order; only the last one when that is too long for the context.
  Result<TraceRequest> open_round(std::size_t sample) const {
    const auto& history = histories_[sample];
    auto request = open_conversation(sample, 0);
    const bool too_long = !request.ok() && request.status().kind() == ErrorKind::invalid_argument;
    if (too_long && history.size() > 1) request = open_conversation(sample, history.size() - 1);
    if (request.ok()) request->parent = history.back().trace;
    return request;
  }

  Result<TraceRequest> open_conversation(std::size_t sample, std::size_t first) const {
    const auto& history = histories_[sample];
    ChatRequest chat;
    const Task& task = context_.task();
    if (!task.system.empty()) chat.messages.push_back({"system", task.system});
    chat.messages.push_back({"user", programming_question(task.question, tests_)});
    for (std::size_t i = first; i < history.size(); ++i) {
      chat.messages.push_back({"assistant", history[i].reply});
      chat.messages.push_back(
          {"user", settings_.debug == Debug::self ? self_feedback(tests_) : execution_feedback(tests_, history[i].report)});
    }
    chat.index = sample * static_cast<std::uint64_t>(settings_.rounds + 1) + history.size();
    chat.reply_tokens = kAsLongAsTheRunAllows;
    return context_.open_chat(chat);
  }

  std::vector<ProgramCandidate> kept() const {
    std::vector<ProgramCandidate> candidates;
    for (std::size_t sample = 0; sample < histories_.size(); ++sample) {
      const auto& history = histories_[sample];
      if (history.empty()) continue;
      std::size_t chosen = history.size() - 1;
      for (std::size_t i = 0; i < history.size() && settings_.keep == Keep::best; ++i) {
        const std::size_t later = history.size() - 1 - i;  // ties go to the later round
        if (history[later].report.passed > history[chosen].report.passed) chosen = later;
      }
      candidates.push_back({sample, history[chosen], static_cast<int>(history.size())});
    }
    return candidates;
  }

  Context& context_;
  const ProgramTests& tests_;
  const ProgramRunner& runner_;
  const DebugSettings& settings_;
  std::vector<std::vector<Round>> histories_;  // by sample
  std::map<TraceId, std::size_t> sample_of_;
  double best_share_ = -1.0;
};

}  // namespace

Result<std::vector<ProgramCandidate>> debugged_samples(Context& context, const ProgramTests& tests, const ProgramRunner& runner,
                                                const DebugSettings& settings) {
  return Stage(context, tests, runner, settings).run();
}

}  // namespace reckon::s_star
