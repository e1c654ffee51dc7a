#include "apps/cli/bench_policy.h"

#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/output_file.h"
#include "base/text.h"
#include "bench/saved_report.h"

namespace reckon::cli {
namespace {

Result<std::size_t> bin_count(const std::string& text) {
  const auto bins = parse_number<std::size_t>(text);
  if (bins && *bins > 0) return *bins;
  return invalid_argument(fmt::format("--bins {} is neither a number from 1 nor \"absolute\"", text));
}

Result<std::vector<Rival>> read_rivals(const std::string& file, const std::string& data_digest) {
  RECKON_ASSIGN_OR_RETURN(const std::string json, read_whole(file));
  auto rivals = rivals_from_report(json, data_digest);
  if (!rivals.ok()) return rivals.status().while_doing("reading --against " + file);
  return rivals;
}

}  // namespace

void add_policy_options(CLI::App& command, BenchArguments& arguments) {
  const char* group = "Compute-optimal choice";
  auto* policy = command.add_option("--compute-optimal", arguments.policy_file, "choose a configuration for each difficulty and budget, and write the policy to this file");
  policy->type_name("FILE")->group(group);
  const auto add = [&](const char* flag, std::string& value, const char* help, const char* type) {
    return command.add_option(flag, value, help)->type_name(type)->group(group)->needs(policy);
  };
  add("--difficulty", arguments.difficulty, "oracle: by right answers of some seeds, predicted: by agreement of votes, scores: by the scorer's mean over traces [oracle]", "NAME")
      ->check(CLI::IsMember({"oracle", "predicted", "scores"}));
  add("--difficulty-by", arguments.difficulty_by, "the configuration that estimates difficulty [the first]", "NAME");
  add("--bins", arguments.bins, "so many bins of equal size, or absolute: easy, medium, hard [5]", "N|absolute");
  add("--against", arguments.against_file, "a --json report of another model on the same problems, to compare with at equal FLOPs", "FILE");
}

Result<std::optional<ComputeOptimalOptions>> policy_options(const BenchArguments& arguments, const BenchMatrix& matrix) {
  if (arguments.policy_file.empty()) return std::optional<ComputeOptimalOptions>();
  ComputeOptimalOptions options;
  options.reference = arguments.difficulty_by;
  options.source = difficulty_source_named(arguments.difficulty).value_or(DifficultySource::oracle);
  if (arguments.bins == "absolute") {
    options.binning = DifficultyBinning::absolute;
  } else {
    RECKON_ASSIGN_OR_RETURN(options.bins, bin_count(arguments.bins));
  }
  RECKON_RETURN_IF_ERROR(check_compute_optimal(matrix, options).while_doing("checking --compute-optimal"));
  if (!arguments.against_file.empty()) {
    RECKON_ASSIGN_OR_RETURN(options.rivals, read_rivals(arguments.against_file, matrix.problems.digest));
  }
  return std::optional(std::move(options));
}

Status add_policy(BenchReport& report, const BenchMatrix& matrix, ComputeOptimalOptions options) {
  options.bootstrap = report.info.bootstrap;
  options.flops_per_token = report.info.flops_per_token;
  auto optimal = compute_optimal(matrix, report.results, options);
  if (!optimal.ok()) return optimal.status().while_doing("making the compute-optimal policy");
  report.compute_optimal = std::move(optimal).value();
  report.compute_optimal->model = report.info.model_identity;  // the matrix may have its name by now
  return ok_status();
}

}  // namespace reckon::cli
