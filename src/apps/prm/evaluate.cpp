#include "apps/prm/evaluate.h"

#include "scoring/answer_grade.h"
#include "search/select.h"

namespace reckon::prm {
namespace {

using Observations = std::vector<statistics::Observation>;

struct Rules {
  Observations random, vote, any, best_by_last, weighted_by_last, best_by_whole, weighted_by_whole;
};

double graded(const Answer& answer, const LabelledQuestion& question) {
  return !answer.text.empty() && grade_answer(parse_answer(answer.text), question.reference, {}) ? 1.0 : 0.0;
}

void answer_question(const StateProbe& probe, const LabelledQuestion& question, Rules& rules) {
  std::vector<SampledTrace> traces;
  std::vector<double> last, whole;
  double right = 0.0;
  for (const auto& trace : question.traces) {
    SampledTrace sampled;
    sampled.index = traces.size();
    sampled.answer = trace.answer;
    traces.push_back(std::move(sampled));
    last.push_back(trace.steps.empty() ? 0.0 : probe.probability(trace.steps.back().features));
    whole.push_back(probe.probability(trace.whole));
    right += trace.right ? 1.0 : 0.0;
  }
  if (traces.empty()) return;
  const auto add = [&](Observations& to, double value) { to.push_back({question.id, 0, value}); };
  const auto chosen = [&](std::span<const double> weights, Selection rule) { return graded(select_answer(traces, weights, rule), question); };
  add(rules.random, right / static_cast<double>(traces.size()));
  add(rules.any, right > 0.0 ? 1.0 : 0.0);
  add(rules.vote, chosen({}, Selection::vote));
  add(rules.best_by_last, chosen(last, Selection::max));
  add(rules.weighted_by_last, chosen(last, Selection::weighted));
  add(rules.best_by_whole, chosen(whole, Selection::max));
  add(rules.weighted_by_whole, chosen(whole, Selection::weighted));
}

double mean_of(const Observations& observations) {
  std::vector<double> values;
  for (const auto& observation : observations) values.push_back(observation.value);
  return statistics::mean(values);
}

Result<ProbeChoice> choice_of(const Observations& rule, const Rules& rules) {
  ProbeChoice choice{.accuracy = mean_of(rule)};
  RECKON_ASSIGN_OR_RETURN(choice.to_vote, statistics::paired_difference(rule, rules.vote));
  RECKON_ASSIGN_OR_RETURN(choice.to_random, statistics::paired_difference(rule, rules.random));
  return choice;
}

}  // namespace

Result<ProbeReport> evaluate_probe(const StateProbe& probe, const std::vector<LabelledQuestion>& questions) {
  ProbeReport report;
  const std::vector<ProbeExample> steps = step_examples(questions);
  for (const auto& step : steps) {
    if (step.features.size() != probe.features()) return invalid_argument("the probe reads states of another size than the samples have");
  }
  std::vector<ProbeExample> lasts, wholes;
  Rules rules;
  for (const auto& question : questions) {
    for (const auto& trace : question.traces) {
      if (trace.steps.empty()) continue;
      lasts.push_back({trace.steps.back().features, trace.right ? 1.0 : 0.0, 0});
      wholes.push_back({trace.whole, trace.right ? 1.0 : 0.0, 0});
    }
    answer_question(probe, question, rules);
  }
  report.questions = rules.vote.size();
  report.steps = probe_quality(probe, steps);
  report.lasts = probe_quality(probe, lasts);
  report.wholes = probe_quality(probe, wholes);
  report.random = mean_of(rules.random);
  report.vote = mean_of(rules.vote);
  report.any = mean_of(rules.any);
  RECKON_ASSIGN_OR_RETURN(report.best_by_last, choice_of(rules.best_by_last, rules));
  RECKON_ASSIGN_OR_RETURN(report.weighted_by_last, choice_of(rules.weighted_by_last, rules));
  RECKON_ASSIGN_OR_RETURN(report.best_by_whole, choice_of(rules.best_by_whole, rules));
  RECKON_ASSIGN_OR_RETURN(report.weighted_by_whole, choice_of(rules.weighted_by_whole, rules));
  return report;
}

}  // namespace reckon::prm
