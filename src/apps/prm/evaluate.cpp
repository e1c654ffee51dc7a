#include "apps/prm/evaluate.h"

#include "scoring/answer_grade.h"
#include "search/select.h"

namespace reckon::prm {
namespace {

struct Rules {
  std::vector<statistics::Observation> random, vote, best, weighted;
};

double graded(const Answer& answer, const LabelledQuestion& question) {
  return !answer.text.empty() && grade_answer(parse_answer(answer.text), question.reference, {}) ? 1.0 : 0.0;
}

void answer_question(const StateProbe& probe, const LabelledQuestion& question, Rules& rules) {
  std::vector<SampledTrace> traces;
  std::vector<double> probabilities;
  double right = 0.0;
  for (const auto& trace : question.traces) {
    SampledTrace sampled;
    sampled.index = traces.size();
    sampled.answer = trace.answer;
    traces.push_back(std::move(sampled));
    probabilities.push_back(trace.steps.empty() ? 0.0 : probe.probability(trace.steps.back().features));
    right += trace.right ? 1.0 : 0.0;
  }
  if (traces.empty()) return;
  rules.random.push_back({question.id, 0, right / static_cast<double>(traces.size())});
  rules.vote.push_back({question.id, 0, graded(select_answer(traces, {}, Selection::vote), question)});
  rules.best.push_back({question.id, 0, graded(select_answer(traces, probabilities, Selection::max), question)});
  rules.weighted.push_back({question.id, 0, graded(select_answer(traces, probabilities, Selection::weighted), question)});
}

double mean_of(const std::vector<statistics::Observation>& observations) {
  std::vector<double> values;
  for (const auto& observation : observations) values.push_back(observation.value);
  return statistics::mean(values);
}

}  // namespace

Result<ProbeReport> evaluate_probe(const StateProbe& probe, const std::vector<LabelledQuestion>& questions) {
  ProbeReport report;
  const std::vector<ProbeExample> steps = examples_of(questions);
  for (const auto& step : steps) {
    if (step.features.size() != probe.features()) return invalid_argument("the probe reads states of another size than the samples have");
  }
  std::vector<ProbeExample> ends;
  Rules rules;
  for (const auto& question : questions) {
    for (const auto& trace : question.traces) {
      if (!trace.steps.empty()) ends.push_back({trace.steps.back().features, trace.right ? 1.0 : 0.0, 0});
    }
    answer_question(probe, question, rules);
  }
  report.questions = rules.vote.size();
  report.steps = probe_quality(probe, steps);
  report.traces = probe_quality(probe, ends);
  report.random = mean_of(rules.random);
  report.vote = mean_of(rules.vote);
  report.best = mean_of(rules.best);
  report.weighted = mean_of(rules.weighted);
  RECKON_ASSIGN_OR_RETURN(report.best_to_vote, statistics::paired_difference(rules.best, rules.vote));
  RECKON_ASSIGN_OR_RETURN(report.best_to_random, statistics::paired_difference(rules.best, rules.random));
  RECKON_ASSIGN_OR_RETURN(report.weighted_to_vote, statistics::paired_difference(rules.weighted, rules.vote));
  RECKON_ASSIGN_OR_RETURN(report.weighted_to_random, statistics::paired_difference(rules.weighted, rules.random));
  return report;
}

}  // namespace reckon::prm
