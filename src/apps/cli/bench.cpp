#include "apps/cli/bench.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/cli/bench_matrix.h"
#include "apps/cli/bench_policy.h"
#include "apps/cli/bench_problems.h"
#include "apps/cli/bench_progress.h"
#include "apps/cli/bench_solver.h"
#include "apps/cli/exit_codes.h"
#include "apps/cli/interrupt.h"
#include "apps/cli/model_loading.h"
#include "apps/cli/output_file.h"
#include "apps/cli/solve_output.h"
#include "apps/models/model_store.h"
#include "apps/remote/openai_endpoint.h"
#include "base/text.h"
#include "bench/replay.h"
#include "bench/report.h"
#include "bench/report_compute_optimal.h"
#include "bench/run_store.h"
#include "bench/saved_report.h"

namespace reckon::cli {
namespace {

constexpr std::size_t kFewestInFlight = 2;
constexpr std::size_t kMostInFlight = 1024;

// Enough problems at once that their traces fill the slots.
std::size_t rows_in_flight(const BenchArguments& arguments, const std::vector<BenchItem>& items, const Registry& registry) {
  if (arguments.in_flight > 0) return static_cast<std::size_t>(arguments.in_flight);
  std::size_t traces = 0;
  for (const auto& item : items) traces += static_cast<std::size_t>(expected_traces(item.request, registry));
  const auto slots = static_cast<std::size_t>(arguments.model.engine.slots);
  // slots / (mean traces of an item), rounded up.
  const std::size_t fill = (slots * items.size() + traces - 1) / std::max<std::size_t>(1, traces);
  return std::clamp(fill, kFewestInFlight, kMostInFlight);
}

Status check_outputs(const BenchArguments& arguments) {
  for (const auto& file : {arguments.json_file, arguments.report_file, arguments.policy_file}) {
    if (!file.empty()) RECKON_RETURN_IF_ERROR(check_writable(file));
  }
  return ok_status();
}

Result<RunStore> open_store(const BenchArguments& arguments) {
  if (!arguments.store_file.empty()) return RunStore::open(arguments.store_file);
  // Beside the models, in the user's cache folder.
  RECKON_ASSIGN_OR_RETURN(const auto models, models::ModelStore::open());
  return RunStore::open(models.folder().parent_path() / "bench.sqlite");
}

// --think and --wait are sweeps of the settings of these names.
BenchAxes axes_of(const BenchArguments& arguments) {
  BenchAxes axes{.strategies = arguments.strategies, .prompts = arguments.prompts, .sweeps = arguments.sweeps};
  if (!arguments.think.empty()) axes.sweeps.push_back("think=" + arguments.think);
  if (!arguments.wait.empty()) axes.sweeps.push_back("wait=" + arguments.wait);
  return axes;
}

ReportInfo make_info(const BenchArguments& arguments) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  ReportInfo info;
  info.command = arguments.command;
  info.created = fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(now));
  info.baseline = arguments.baseline;
  return info;
}

Result<std::vector<BenchResult>> read_import(const std::string& file, const BenchMatrix& matrix) {
  RECKON_ASSIGN_OR_RETURN(const std::string json, read_whole(file));
  return results_from_report(json, matrix);
}

// Puts the results of other machines' reports into the store, where resuming finds them.
Status import_results(const BenchArguments& arguments, const BenchMatrix& matrix, RunStore& store) {
  if (arguments.import_files.empty()) return ok_status();
  std::map<std::string, RunId> runs;
  for (const auto& configuration : matrix.configurations) {
    RECKON_ASSIGN_OR_RETURN(runs[configuration.name], store.begin_run({matrix.problems.digest, matrix.model, configuration}, StartMode::resume));
  }
  for (const auto& file : arguments.import_files) {
    auto results = read_import(file, matrix);
    if (!results.ok()) return results.status().while_doing("reading --import " + file);
    for (const auto& result : *results) RECKON_RETURN_IF_ERROR(store.record(runs.at(result.configuration), result));
  }
  return ok_status();
}

struct FinishedBench {
  BenchReport report;
  bool stopped = false;
  Status output;            // of the files; the summary is printed all the same
};

Status check_baseline(const BenchArguments& arguments, const std::vector<BenchItem>& items) {
  if (arguments.baseline.empty()) return ok_status();
  const auto named = [&](const BenchItem& item) { return item.configuration.name == arguments.baseline; };
  if (std::ranges::any_of(items, named)) return ok_status();
  return invalid_argument(fmt::format("--baseline {} is none of the configurations", arguments.baseline));
}

// Results must say what they were made with.
Status check_roles(const BenchArguments& arguments) {
  for (const auto& role : arguments.model.roles) {
    RECKON_ASSIGN_OR_RETURN(const RoleText parsed, parse_role(role));
    if (!remote::is_endpoint(parsed.from) || (parsed.from.find('#') != std::string::npos && !parsed.from.ends_with('#'))) continue;
    return invalid_argument(fmt::format("--role {}: a benchmark's endpoint names its model, as in http://127.0.0.1:8080/v1#MODEL", parsed.name));
  }
  return ok_status();
}

Result<BenchMatrix> make_matrix(const BenchArguments& arguments, const std::vector<BenchItem>& items, const Registry& registry) {
  BenchMatrix matrix;
  const std::size_t limit = arguments.limit > 0 ? static_cast<std::size_t>(arguments.limit) : all_rows;
  RECKON_ASSIGN_OR_RETURN(matrix.problems, open_problems(arguments.problems, registry, {static_cast<std::size_t>(arguments.offset), limit}));
  for (const auto& item : items) matrix.configurations.push_back(item.configuration);
  matrix.seeds.resize(static_cast<std::size_t>(arguments.seeds));
  std::iota(matrix.seeds.begin(), matrix.seeds.end(), std::uint64_t{0});
  return matrix;
}

Result<std::vector<BenchItem>> replay_items(const BenchArguments& arguments, const EngineSettings& engine) {
  if (arguments.replay.empty()) return std::vector<BenchItem>();
  RECKON_ASSIGN_OR_RETURN(auto items, make_bench_items({.strategies = arguments.replay, .prompts = {}, .sweeps = {}, .option = "--replay"}, arguments.request, engine));
  RECKON_ASSIGN_OR_RETURN(const auto plain, make_bench_items({.strategies = {"vote"}, .prompts = {}, .sweeps = {}, .option = "--replay"}, arguments.request, engine));
  const std::string recorded = settings_beside_method(plain.front().configuration.settings);
  for (const auto& item : items) {
    if (settings_beside_method(item.configuration.settings) == recorded) continue;
    return invalid_argument(fmt::format("--replay {}: only the strategy and the scorer can be others than those that were recorded", item.configuration.name));
  }
  return items;
}

void add_replay_notes(const Replayed& replayed, ReportInfo& info) {
  if (replayed.added.empty() && replayed.left_out.empty()) info.notes.push_back("Nothing was replayed: --replay needs a configuration whose answers all came from the same number of traces.");
  if (!replayed.added.empty()) info.notes.push_back("Replayed on the traces of the configuration that each name begins with: " + join(replayed.added, ", ") + ". They have no time of their own.");
  for (const auto& left_out : replayed.left_out) info.notes.push_back("Not replayed: " + left_out + ".");
}

// Adds what the replays make of the traces to the matrix and the run.
void replay_on(BenchMatrix& matrix, BenchRun& run, const std::vector<BenchItem>& items, const std::vector<BenchItem>& replays, const BenchSolver& solver,
               ReportInfo& info) {
  if (replays.empty()) return;
  std::map<std::string, const BenchItem*> by_name;
  for (const auto& item : items) by_name[item.configuration.name] = &item;
  std::vector<Configuration> configurations;
  for (const auto& item : replays) configurations.push_back(item.configuration);
  add_replay_notes(add_replays(matrix, run, configurations, [&](const BenchResult& whole, const Configuration& replay) {
    BenchItem item = *by_name.at(whole.configuration);  // with another method, unless it is asked about itself
    const auto rule = std::ranges::find(replays, replay.settings, [](const BenchItem& each) { return each.configuration.settings; });
    if (rule != replays.end()) {
      item.request.strategy = rule->request.strategy;
      item.request.scorer = rule->request.scorer;
    }
    return solver.replay(whole, item);
  }), info);
}

// A plug-in that this model cannot run is an error before the first row, not one error a row.
Status check_items(const Engine& engine, const std::vector<BenchItem>& items, const Row& row) {
  for (const auto& item : items) {
    RECKON_RETURN_IF_ERROR(engine.check(request_for(item, row)).while_doing("checking the configuration " + item.configuration.name));
  }
  return ok_status();
}

BenchFunctions make_functions(BenchSolver& solver, BenchProgressPrinter& progress) {
  return {.solve = [&](const Row& row, const Configuration& configuration, std::uint64_t seed) { return solver.solve(row, configuration, seed); },
          .grade = [&](const std::string& answer, const Row& row) { return solver.grade(answer, row); },
          .progress = [&](const BenchProgress& state) { progress.update(state); }};
}

Status write_outputs(const BenchArguments& arguments, const BenchReport& report) {
  if (!arguments.json_file.empty()) RECKON_RETURN_IF_ERROR(write_whole(arguments.json_file, report_json(report)));
  if (!arguments.report_file.empty()) RECKON_RETURN_IF_ERROR(write_whole(arguments.report_file, report_html(report)));
  if (report.compute_optimal) RECKON_RETURN_IF_ERROR(write_whole(arguments.policy_file, policy_json(*report.compute_optimal)));
  return ok_status();
}

Result<FinishedBench> execute(const BenchArguments& arguments) {
  Registry registry;
  register_all_plugins(registry);
  const EngineSettings engine_settings{arguments.model.engine.context, arguments.model.engine.deterministic, arguments.model.roles};
  RECKON_ASSIGN_OR_RETURN(auto items, make_bench_items(axes_of(arguments), arguments.request, engine_settings));
  RECKON_ASSIGN_OR_RETURN(const auto replays, replay_items(arguments, engine_settings));
  // No setting: it changes what is kept of an answer, not the answer.
  for (auto& item : items) item.request.record_statistics = arguments.statistics;
  RECKON_RETURN_IF_ERROR(check_roles(arguments));
  RECKON_RETURN_IF_ERROR(check_baseline(arguments, items));
  RECKON_RETURN_IF_ERROR(check_outputs(arguments));
  RECKON_ASSIGN_OR_RETURN(BenchMatrix matrix, make_matrix(arguments, items, registry));
  RECKON_ASSIGN_OR_RETURN(const auto policy, policy_options(arguments, matrix));
  RECKON_ASSIGN_OR_RETURN(RunStore store, open_store(arguments));
  install_interrupt();
  RECKON_ASSIGN_OR_RETURN(const OpenedModel model, open_model(arguments.model));
  RECKON_ASSIGN_OR_RETURN(matrix.model, model_identity(model));
  RECKON_ASSIGN_OR_RETURN(const auto engine, make_engine(model, arguments.model));
  RECKON_RETURN_IF_ERROR(check_items(*engine, items, matrix.problems.rows.front()));

  RECKON_RETURN_IF_ERROR(import_results(arguments, matrix, store));
  const InterruptToken interrupt;
  BenchSolver solver(*engine, items, interrupt.stopped());
  BenchProgressPrinter progress(stderr, arguments.quiet ? ProgressDetail::none : ProgressDetail::full);
  RunnerOptions options;
  options.in_flight = rows_in_flight(arguments, items, registry);
  options.start = arguments.resume || !arguments.import_files.empty() ? StartMode::resume : StartMode::fresh;
  options.stop = interrupt.token();
  options.store = &store;
  auto run = run_matrix(matrix, make_functions(solver, progress), options);
  progress.finish();
  if (!run.ok()) return run.status();

  ReportInfo info = make_info(arguments);
  info.model_identity = std::exchange(matrix.model, model.name);
  info.flops_per_token = engine->model().info().flops_per_token();
  replay_on(matrix, *run, items, replays, solver, info);
  FinishedBench finished{.stopped = run->stopped};
  RECKON_ASSIGN_OR_RETURN(finished.report, summarise(matrix, *run, std::move(info)));
  // The report is not lost when there is too little for a policy.
  if (policy) finished.output = add_policy(finished.report, matrix, *policy);
  if (const Status written = write_outputs(arguments, finished.report); finished.output.ok()) finished.output = written;
  return finished;
}

}  // namespace

void add_bench_options(CLI::App& command, BenchArguments& arguments) {
  command.add_option("problems", arguments.problems, "a file with one JSON object a line (GSM8K or MATH shape), or one of `reckon list problems`")
      ->required()->type_name("FILE.jsonl|NAME[:KEY=VALUE]...");
  command.add_option("-s,--strategies", arguments.strategies, "what to compare, see below")
      ->required()->allow_extra_args(false)->type_name("ITEM,ITEM")->group("Matrix");
  command.add_option("--prompts", arguments.prompts, "run every strategy with each of these prompts")
      ->allow_extra_args(false)->type_name("NAME,NAME")->group("Matrix");
  command.add_option("--sweep", arguments.sweeps, "run everything with each value of a setting or option, see below")
      ->allow_extra_args(false)->type_name("KEY=VALUE,VALUE")->group("Matrix");
  command.add_option("--think", arguments.think, "the same as --sweep think=...: thinking budgets")->type_name("N,N")->group("Matrix");
  command.add_option("--wait", arguments.wait, "the same as --sweep wait=...: ends of thinking to put off")->type_name("N,N")->group("Matrix");
  command.add_option("--baseline", arguments.baseline, "what the others are compared with [the first]")->type_name("NAME")->group("Matrix");
  command.add_option("--replay", arguments.replay, "what these make of the same traces, items as in --strategies: smaller votes, votes that stop early, best_of_n by confidence or by the scorer that ranked them")
      ->allow_extra_args(false)->type_name("ITEM,ITEM")->group("Matrix");
  command.add_flag("--statistics", arguments.statistics, "keep how confident the model was in each token of each trace, for --replay")->group("Matrix");
  add_policy_options(command, arguments);
  add_integer(command, "--limit", arguments.limit, {1, 1 << 30}, "number of rows [all]");
  add_integer(command, "--offset", arguments.offset, {0, 1 << 30}, "rows to skip first [0]");
  add_integer(command, "--seeds", arguments.seeds, {1, 10000}, "repeat with the seeds 0 to K-1 [1]");
  add_integer(command, "--in-flight", arguments.in_flight, {1, 1024}, "problems at once [as many as fill the slots]");
  for (const char* flag : {"--limit", "--offset", "--seeds", "--in-flight"}) command.get_option(flag)->group("Matrix");
  command.add_option("--json", arguments.json_file, "write all numbers and results to this file")->type_name("FILE")->group("Output");
  command.add_option("--report", arguments.report_file, "write a page for the browser to this file")->type_name("FILE")->group("Output");
  command.add_option("--store", arguments.store_file, "where results are kept [bench.sqlite in the cache folder]")->type_name("FILE")->group("Output");
  command.add_option("--import", arguments.import_files, "take over the results in a --json report of the same benchmark, from another machine say, and go on")
      ->allow_extra_args(false)->type_name("FILE")->group("Output");
  command.add_flag("--resume", arguments.resume, "go on where the same benchmark was interrupted")->group("Output");
  command.add_flag("-q,--quiet", arguments.quiet, "no progress")->group("Output");
  add_model_options(command, arguments.model);
  add_request_options(command, arguments.request, {"think", "wait"});  // these take lists here, above
}

int run_bench(const BenchArguments& arguments) {
  const auto finished = execute(arguments);
  if (!finished.ok()) return report_error(finished.status());
  if (const Status printed = print_out(report_markdown(finished->report)); !printed.ok()) return report_error(printed);
  for (const auto& error : finished->report.first_errors) report_warning(error);
  if (!finished->output.ok()) return report_error(finished->output);
  if (!finished->stopped) return kSuccess;
  report_warning("interrupted: finished rows are kept, go on with --resume");
  return interrupt_exit_code();
}

}  // namespace reckon::cli
