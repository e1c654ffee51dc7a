#include "apps/cli/prm_command.h"

#include <algorithm>
#include <chrono>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/exit_codes.h"
#include "apps/cli/interrupt.h"
#include "apps/cli/model_loading.h"
#include "apps/cli/request_settings.h"
#include "apps/cli/solve_output.h"
#include "apps/cli/terminal.h"
#include "apps/prm/evaluate.h"
#include "apps/prm/sample_steps.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string minutes(double seconds) { return fmt::format("{}:{:02}", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60); }

// One line on a terminal, a line now and then in a log.
class SamplingProgress {
 public:
  explicit SamplingProgress(std::size_t total) : total_(total), terminal_(is_terminal(stderr)) {}
  ~SamplingProgress() {
    if (terminal_ && done_ > 0) fmt::print(stderr, "\n");
  }
  void add(const prm::LabelledQuestion& question) {
    ++done_;
    for (const auto& trace : question.traces) {
      ++traces_;
      right_ += trace.right ? 1 : 0;
      steps_ += trace.steps.size();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double left = seconds / static_cast<double>(done_) * static_cast<double>(total_ - done_);
    fmt::print(stderr, "{}{} of {} questions, {} traces, {:.0f} % right, {} steps, {} left{}", terminal_ ? "\r\x1b[2K" : "", done_, total_, traces_,
               traces_ > 0 ? 100.0 * static_cast<double>(right_) / static_cast<double>(traces_) : 0.0, steps_, minutes(left), terminal_ ? "" : "\n");
  }

 private:
  std::size_t total_;
  bool terminal_;
  std::size_t done_ = 0;
  std::size_t traces_ = 0;
  std::size_t right_ = 0;
  std::size_t steps_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

struct Sampled {
  prm::SamplesFile samples;
  std::string model_digest;
};

// Draws what the samples file lacks of the wanted rows.
Result<Sampled> sample(const PrmArguments& arguments) {
  Registry registry;
  register_all_plugins(registry);
  prm::SamplingPlan plan;
  RequestArguments asked = arguments.request;
  asked.strategy = "single";
  RECKON_ASSIGN_OR_RETURN(plan.request, make_request(asked, registry));
  plan.traces = arguments.traces;
  plan.labels = arguments.labels == "rollouts" ? prm::Labels::rollouts : prm::Labels::outcome;
  plan.rollouts = arguments.rollouts;
  plan.step = arguments.step;
  plan.questions_at_once = std::clamp(arguments.model.engine.slots / arguments.traces, 1, arguments.questions_at_once);
  RECKON_ASSIGN_OR_RETURN(const ProblemSet problems,
                          read_problem_set(arguments.data, {.offset = static_cast<std::size_t>(arguments.offset),
                                                            .limit = arguments.limit > 0 ? static_cast<std::size_t>(arguments.limit) : all_rows}));
  install_interrupt();
  RECKON_ASSIGN_OR_RETURN(const OpenedModel opened, open_model(arguments.model));
  Sampled sampled;
  sampled.model_digest = opened.model->info().digest;
  if (!opened.model->info().has_hidden_states) return unsupported(opened.name + " gives no hidden states to read");
  RECKON_ASSIGN_OR_RETURN(sampled.samples, prm::SamplesFile::open(arguments.samples, prm::describe(plan, sampled.model_digest)));
  std::vector<Row> rows;
  for (const auto& row : problems.rows) {
    if (!sampled.samples.has(row.id)) rows.push_back(row);
  }
  if (rows.empty()) return sampled;
  RECKON_ASSIGN_OR_RETURN(const auto engine, make_engine(opened, arguments.model));
  plan.cancelled = &interrupted();
  SamplingProgress progress(rows.size());
  RECKON_RETURN_IF_ERROR(prm::sample_steps(*engine, plan, rows, [&](prm::LabelledQuestion question) {
    progress.add(question);
    return sampled.samples.append(std::move(question));
  }));
  return sampled;
}

Json quality_json(const ProbeQuality& quality) {
  return {{"examples", quality.examples}, {"loss", quality.loss}, {"brier", quality.brier}, {"auroc", quality.auroc}};
}

std::string quality_line(const char* what, const ProbeQuality& quality) {
  return fmt::format("  {:<18} {:>7} examples   AUROC {:.3f}   Brier {:.3f}   loss {:.3f}\n", what, quality.examples, quality.auroc, quality.brier,
                     quality.loss);
}

Status fit(const PrmArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const Sampled sampled, sample(arguments));
  const ProbeOptions options{.hidden_units = arguments.hidden_units, .epochs = arguments.epochs};
  RECKON_ASSIGN_OR_RETURN(const FittedProbe fitted, fit_probe(prm::fit_examples(sampled.samples.questions()), sampled.model_digest, options));
  RECKON_RETURN_IF_ERROR(fitted.probe.save(arguments.probe));
  const Json json = {{"file", arguments.probe}, {"training", quality_json(fitted.training)}, {"held_out", quality_json(fitted.held_out)}};
  const std::string text = fmt::format("{} questions; the held-out ones stopped and calibrated the fit\n{}{}wrote {}: --scorer probe --set probe.file={}\n",
                                       sampled.samples.questions().size(), quality_line("training steps", fitted.training),
                                       quality_line("held-out steps", fitted.held_out), arguments.probe, arguments.probe);
  return print_out(arguments.json ? json.dump(2) + "\n" : text);
}

Json difference_json(const statistics::PairedDifference& difference) {
  return {{"difference", difference.difference}, {"low", difference.interval.low}, {"high", difference.interval.high}};
}

std::string difference_text(const statistics::PairedDifference& difference) {
  return fmt::format("{:+.1f} [{:+.1f}, {:+.1f}]", 100.0 * difference.difference, 100.0 * difference.interval.low, 100.0 * difference.interval.high);
}

Status evaluate(const PrmArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const StateProbe probe, StateProbe::load(arguments.probe));
  RECKON_ASSIGN_OR_RETURN(const Sampled sampled, sample(arguments));
  if (probe.model_digest() != sampled.model_digest) return invalid_argument(arguments.probe + " was fitted on another model");
  RECKON_ASSIGN_OR_RETURN(const prm::ProbeReport report, prm::evaluate_probe(probe, sampled.samples.questions()));
  const std::pair<const char*, const prm::ProbeChoice*> choices[] = {{"best of n, last step", &report.best_by_last},
                                                                     {"weighted, last step", &report.weighted_by_last},
                                                                     {"best of n, whole", &report.best_by_whole},
                                                                     {"weighted, whole", &report.weighted_by_whole}};
  Json json = {{"questions", report.questions},       {"traces_per_question", arguments.traces},  {"steps", quality_json(report.steps)},
               {"last_steps", quality_json(report.lasts)}, {"whole_traces", quality_json(report.wholes)}, {"one_trace", report.random},
               {"vote", report.vote},                 {"any", report.any},                        {"choices", Json::array()}};
  std::string text = fmt::format("{} questions, {} traces each\n", report.questions, arguments.traces);
  text += quality_line("steps", report.steps) + quality_line("last steps", report.lasts) + quality_line("whole traces", report.wholes);
  text += fmt::format("  {:<22} {:>8} {:>28} {:>28} {:>22}\n", "answer by", "right %", "over a vote (95 %)", "over one trace (95 %)",
                      "of vote to any, %");
  text += fmt::format("  {:<22} {:>8.1f}\n  {:<22} {:>8.1f}\n", "one trace", 100.0 * report.random, "vote", 100.0 * report.vote);
  for (const auto& [name, choice] : choices) {
    const double gap = report.any > report.vote ? choice->to_vote.difference / (report.any - report.vote) : 0.0;
    text += fmt::format("  {:<22} {:>8.1f} {:>28} {:>28} {:>22.0f}\n", name, 100.0 * choice->accuracy, difference_text(choice->to_vote),
                        difference_text(choice->to_random), 100.0 * gap);
    json["choices"].push_back({{"by", name},
                               {"accuracy", choice->accuracy},
                               {"to_vote", difference_json(choice->to_vote)},
                               {"to_one_trace", difference_json(choice->to_random)},
                               {"share_of_vote_to_any", gap}});
  }
  text += fmt::format("  {:<22} {:>8.1f}\n", "any is right", 100.0 * report.any);
  return print_out(arguments.json ? json.dump(2) + "\n" : text);
}

void add_common(CLI::App& command, PrmArguments& arguments) {
  command.add_option("--data", arguments.data, "file of problems, as for `reckon bench`")->required()->type_name("FILE");
  command.add_option("--samples", arguments.samples, "keep what is sampled in this file, and go on from it")->type_name("FILE");
  command.add_option("--labels", arguments.labels, fmt::format("of a step: its trace's outcome, or the share of right rollouts [{}]", arguments.labels))
      ->check(CLI::IsMember({"outcome", "rollouts"}))->type_name("KIND");
  command.add_option("--step", arguments.step, fmt::format("what ends a step: newline or paragraph [{}]", arguments.step))
      ->check(CLI::IsMember({"newline", "paragraph", "heading"}))->type_name("KIND");
  add_integer(command, "--traces", arguments.traces, {1, 1024}, fmt::format("traces of each question [{}]", arguments.traces));
  add_integer(command, "--rollouts", arguments.rollouts, {1, 1024}, fmt::format("rollouts of each step [{}]", arguments.rollouts));
  add_integer(command, "--limit", arguments.limit, {0, 1 << 30}, "use so many rows of the file; 0: all [0]");
  add_integer(command, "--offset", arguments.offset, {0, 1 << 30}, "leave out so many rows first [0]");
  add_integer(command, "--questions-at-once", arguments.questions_at_once, {1, 64}, fmt::format("most questions in flight, as far as --slots holds all their traces [{}]", arguments.questions_at_once));
  command.add_flag("--json", arguments.json, "print JSON");
  add_model_options(command, arguments.model);
  command.add_option("-p,--prompt", arguments.request.prompt, fmt::format("how the question is put [{}]", arguments.request.prompt))->type_name("NAME");
  command.add_option("--set", arguments.request.plugin_options, "an option of the prompt")->allow_extra_args(false)->type_name("NAME=VALUE");
  for (const char* name : {"max_tokens", "temperature", "seed"}) {
    const RequestSetting& setting = *find_request_setting(name);
    const std::string help = fmt::format("{} [{}]", setting.spec.help, to_string(setting.spec.default_value));
    command.add_option_function<std::string>(
               option_flag(name), [&arguments, name](const std::string& value) { arguments.request.settings[name] = value; }, help)
        ->type_name(setting.value_name);
  }
}

}  // namespace

void add_prm_commands(CLI::App& prm, PrmArguments& arguments) {
  prm.require_subcommand(1);
  arguments.model.engine.slots = 16;
  auto* fit = prm.add_subcommand("fit", "fit a judge of steps to a model's hidden states");
  fit->add_option("--out", arguments.probe, "where the judge goes")->required()->type_name("FILE");
  add_integer(*fit, "--hidden", arguments.hidden_units, {0, 1024}, "units of a hidden layer; 0: logistic [0]");
  add_integer(*fit, "--epochs", arguments.epochs, {1, 10000}, fmt::format("most passes over the steps [{}]", arguments.epochs));
  add_common(*fit, arguments);
  auto* eval = prm.add_subcommand("eval", "what a judge is worth on other questions");
  eval->add_option("--probe", arguments.probe, "what `prm fit` wrote")->required()->type_name("FILE");
  add_common(*eval, arguments);
}

int run_prm(PrmAction action, PrmArguments arguments) {
  const Status status = action == PrmAction::fit ? fit(arguments) : evaluate(arguments);
  if (!status.ok() && status.kind() == ErrorKind::cancelled && interrupted()) {
    report_error(status);
    return interrupt_exit_code();
  }
  return status.ok() ? kSuccess : report_error(status);
}

}  // namespace reckon::cli
