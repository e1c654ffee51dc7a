#include "bench/runner.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/test_support.h"

namespace reckon {
namespace {

using namespace std::chrono_literals;

BenchMatrix matrix(std::size_t rows, std::vector<std::uint64_t> seeds = {1, 2}) {
  BenchMatrix result;
  result.problems.digest = "digest";
  for (std::size_t i = 1; i <= rows; ++i) {
    result.problems.rows.push_back({.id = std::to_string(i), .line = i, .question = "q", .reference = std::to_string(i)});
  }
  result.model = "fake";
  result.configurations = {{"single", "{}"}, {"vote", R"({"samples":8})"}};
  result.seeds = std::move(seeds);
  return result;
}

// Right for `vote`, wrong for `single`.
Result<Outcome> oracle(const Row& row, const Configuration& configuration, std::uint64_t) {
  Outcome outcome;
  outcome.answer = configuration.name == "vote" ? row.reference : "wrong";
  outcome.tokens.sampled = configuration.name == "vote" ? 80 : 10;
  outcome.finish_reason = "complete";
  return outcome;
}

bool same_text(const std::string& answer, const Row& row) { return answer == row.reference; }

class RunnerStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = RunStore::open(file_);
    ASSERT_TRUE(store.ok());
    store_ = std::make_unique<RunStore>(std::move(store).value());
  }
  testing_support::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.file("runs.sqlite");
  std::unique_ptr<RunStore> store_;
};

TEST(Runner, SolvesEveryCellOnceInOrder) {
  std::mutex mutex;
  std::multiset<std::string> seen;
  const BenchFunctions functions{
      .solve =
          [&](const Row& row, const Configuration& configuration, std::uint64_t seed) {
            const std::lock_guard lock(mutex);
            seen.insert(row.id + configuration.name + std::to_string(seed));
            return oracle(row, configuration, seed);
          },
      .grade = same_text};
  const auto run = run_matrix(matrix(10), functions, {.in_flight = 4});
  ASSERT_TRUE(run.ok()) << run.status().to_string();
  EXPECT_EQ(seen.size(), 40u);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 40u);
  ASSERT_EQ(run->results.size(), 40u);
  EXPECT_EQ(run->solved, 40u);
  EXPECT_EQ(run->missing, 0u);
  EXPECT_FALSE(run->stopped);
  EXPECT_EQ(run->results[0].row_id, "1");
  EXPECT_EQ(run->results[0].configuration, "single");
  EXPECT_EQ(run->results[1].seed, 2u);
  EXPECT_EQ(run->results[2].configuration, "vote");
  for (const auto& result : run->results) {
    EXPECT_EQ(result.correct, result.configuration == "vote");
    EXPECT_EQ(result.reference, result.row_id);
  }
}

TEST(Runner, KeepsSeveralInFlightAndNeverMore) {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  const BenchFunctions functions{
      .solve =
          [&](const Row& row, const Configuration& configuration, std::uint64_t seed) {
            const int current = ++now;
            for (int seen = most; seen < current && !most.compare_exchange_weak(seen, current);) {
            }
            std::this_thread::sleep_for(5ms);
            --now;
            return oracle(row, configuration, seed);
          },
      .grade = same_text};
  ASSERT_TRUE(run_matrix(matrix(5), functions, {.in_flight = 3}).ok());
  EXPECT_EQ(most.load(), 3);
}

TEST(Runner, SolverVerdictWinsAndEmptyAnswersAreWrong) {
  const BenchFunctions functions{
      .solve =
          [](const Row&, const Configuration& configuration, std::uint64_t) -> Result<Outcome> {
            Outcome outcome;
            if (configuration.name == "single") outcome.correct = true;
            return outcome;
          },
      .grade = [](const std::string&, const Row&) { ADD_FAILURE() << "no answer to grade"; return true; }};
  const auto run = run_matrix(matrix(1), functions);
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(run->results[0].correct);
  EXPECT_TRUE(run->results[0].self_graded);
  EXPECT_FALSE(run->results[2].correct);
}

TEST(Runner, ErrorsAndExceptionsAreRecordedAndTheRunGoesOn) {
  const BenchFunctions functions{
      .solve =
          [](const Row& row, const Configuration& configuration, std::uint64_t seed) -> Result<Outcome> {
            if (row.id == "2") return model_failure("lost the model").while_doing("decoding");
            if (row.id == "3") throw std::runtime_error("boom");
            return oracle(row, configuration, seed);
          },
      .grade = same_text};
  const auto run = run_matrix(matrix(4, {1}), functions, {.in_flight = 1, .reported_errors = 3});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->results.size(), 8u);
  EXPECT_EQ(run->errors, 4u);
  EXPECT_EQ(run->solved, 4u);
  ASSERT_EQ(run->first_errors.size(), 3u);
  EXPECT_EQ(run->first_errors[0], "single, row 2, seed 1: lost the model (while decoding)");
  EXPECT_EQ(run->first_errors[2], "single, row 3, seed 1: exception: boom");
  EXPECT_TRUE(run->results[2].failed());
}

TEST(Runner, ProgressCountsAndEstimates) {
  ManualClock clock;
  std::vector<BenchProgress> seen;
  const BenchFunctions functions{
      .solve =
          [&](const Row& row, const Configuration& configuration, std::uint64_t seed) {
            clock.advance(configuration.name == "vote" ? 300 : 100);
            return oracle(row, configuration, seed);
          },
      .grade = same_text,
      .progress = [&](const BenchProgress& progress) { seen.push_back(progress); }};
  ASSERT_TRUE(run_matrix(matrix(3, {1}), functions, {.in_flight = 1, .clock = &clock}).ok());
  ASSERT_EQ(seen.size(), 7u);
  EXPECT_EQ(seen[0].done, 0u);
  EXPECT_FALSE(seen[0].remaining_ms.has_value());
  // After both cells of row 1: two rows left at 100 + 300 ms each.
  EXPECT_EQ(seen[2].done, 2u);
  EXPECT_DOUBLE_EQ(seen[2].elapsed_ms, 400.0);
  EXPECT_DOUBLE_EQ(seen[2].remaining_ms.value(), 800.0);
  EXPECT_EQ(seen[6].done, 6u);
  EXPECT_DOUBLE_EQ(seen[6].remaining_ms.value(), 0.0);
  EXPECT_EQ(seen[6].configurations[1].correct, 3u);
  EXPECT_DOUBLE_EQ(seen[6].configurations[1].accuracy(), 1.0);
  EXPECT_DOUBLE_EQ(seen[6].configurations[0].accuracy(), 0.0);
}

TEST(Runner, WallTimeIsMeasuredWhenTheSolverGivesNone) {
  ManualClock clock;
  const BenchFunctions functions{.solve =
                                     [&](const Row& row, const Configuration& configuration, std::uint64_t seed) {
                                       clock.advance(25);
                                       auto outcome = oracle(row, configuration, seed);
                                       if (configuration.name == "vote") outcome->wall_ms = 7;
                                       return outcome;
                                     },
                                 .grade = same_text};
  const auto run = run_matrix(matrix(1, {1}), functions, {.in_flight = 1, .clock = &clock});
  ASSERT_TRUE(run.ok());
  EXPECT_DOUBLE_EQ(run->results[0].wall_ms, 25.0);
  EXPECT_DOUBLE_EQ(run->results[1].wall_ms, 7.0);
}

TEST_F(RunnerStoreTest, StopKeepsWhatIsFinishedAndResumeDoesOnlyTheRest) {
  std::stop_source stop;
  std::atomic<int> solved{0};
  BenchFunctions functions{
      .solve =
          [&](const Row& row, const Configuration& configuration, std::uint64_t seed) {
            auto outcome = oracle(row, configuration, seed);
            if (++solved == 7) {  // as an engine that is stopped: a partial answer with that reason
              stop.request_stop();
              outcome->finish_reason = finish_reason_cancelled;
            }
            return outcome;
          },
      .grade = same_text};
  const auto first = run_matrix(matrix(5), functions,
                                {.in_flight = 1, .start = StartMode::resume, .stop = stop.get_token(), .store = store_.get()});
  ASSERT_TRUE(first.ok()) << first.status().to_string();
  EXPECT_TRUE(first->stopped);
  EXPECT_EQ(first->results.size(), 6u);
  EXPECT_EQ(first->missing, 14u);
  EXPECT_EQ(first->errors, 0u);

  solved = 100;
  const auto second = run_matrix(matrix(5), functions, {.in_flight = 2, .start = StartMode::resume, .store = store_.get()});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(solved.load(), 114);
  EXPECT_EQ(second->reused, 6u);
  EXPECT_EQ(second->solved, 14u);
  EXPECT_EQ(second->missing, 0u);
  EXPECT_EQ(second->results.size(), 20u);

  // More rows and another configuration later: only the new cells are solved.
  solved = 200;
  BenchMatrix larger = matrix(6);
  larger.configurations.push_back({"third", R"({"x":1})"});
  const auto third = run_matrix(larger, functions, {.in_flight = 2, .start = StartMode::resume, .store = store_.get()});
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(solved.load(), 200 + 4 + 12);

  // Fresh: everything again.
  solved = 300;
  const auto fourth = run_matrix(matrix(5), functions, {.start = StartMode::fresh, .store = store_.get()});
  ASSERT_TRUE(fourth.ok());
  EXPECT_EQ(solved.load(), 320);
  EXPECT_EQ(fourth->reused, 0u);
}

TEST_F(RunnerStoreTest, VerdictsAreKeptAndFollowTheGrader) {
  const auto solve = [](const Row& row, const Configuration& configuration, std::uint64_t seed) {
    auto outcome = oracle(row, configuration, seed);  // single is wrong, vote is right
    outcome->any_correct = configuration.name == "vote" || row.id == "1";
    outcome->underthinking = configuration.name == "vote" ? 0.0 : 0.5;
    return outcome;
  };
  const auto verdicts = [&](const GradeFunction& grade) {
    const auto run = run_matrix(matrix(2, {1}), {.solve = solve, .grade = grade}, {.start = StartMode::resume, .store = store_.get()});
    EXPECT_TRUE(run.ok());
    return run->results;  // row 1 single, row 1 vote, row 2 single, row 2 vote
  };
  verdicts(same_text);
  auto again = verdicts(same_text);
  EXPECT_EQ(again[0].any_correct, true);
  EXPECT_EQ(again[0].underthinking, 0.5);
  EXPECT_EQ(again[2].any_correct, false);
  EXPECT_EQ(again[3].any_correct, true);
  // A grader that accepts "wrong" only: every verdict is turned over.
  again = verdicts([](const std::string& answer, const Row&) { return answer == "wrong"; });
  EXPECT_TRUE(again[2].correct);
  EXPECT_EQ(again[2].any_correct, true);
  EXPECT_EQ(again[2].underthinking, 0.0);
  EXPECT_FALSE(again[3].correct);
  EXPECT_FALSE(again[3].any_correct.has_value());
  EXPECT_FALSE(again[3].underthinking.has_value());
}

TEST_F(RunnerStoreTest, StopInterruptsWhatIsInFlightWithoutRecordingErrors) {
  std::stop_source stop;
  std::atomic<int> waiting{0};
  const BenchFunctions functions{
      .solve =
          [&, token = stop.get_token()](const Row& row, const Configuration& configuration, std::uint64_t seed) -> Result<Outcome> {
            if (row.id == "1") return oracle(row, configuration, seed);
            if (++waiting == 3) stop.request_stop();
            while (!token.stop_requested()) std::this_thread::sleep_for(1ms);
            return cancelled("stopped");
          },
      .grade = same_text};
  const RunnerOptions options{.in_flight = 3, .start = StartMode::resume, .stop = stop.get_token(), .store = store_.get()};
  const auto run = run_matrix(matrix(50), functions, options);
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(waiting.load(), 3);
  EXPECT_EQ(run->results.size(), 4u);
  EXPECT_EQ(run->errors, 0u);
  EXPECT_EQ(run->missing, 196u);
  EXPECT_TRUE(run->first_errors.empty());
}

TEST_F(RunnerStoreTest, StoreFailureEndsTheRunWithItsError) {
  std::atomic<int> solved{0};
  const BenchFunctions functions{
      .solve =
          [&](const Row& row, const Configuration& configuration, std::uint64_t seed) {
            if (++solved == 3) {  // as when another program breaks the file under us
              sqlite3* other = nullptr;
              EXPECT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
              EXPECT_EQ(sqlite3_exec(other, "DROP TABLE results", nullptr, nullptr, nullptr), SQLITE_OK);
              sqlite3_close(other);
            }
            return oracle(row, configuration, seed);
          },
      .grade = same_text};
  const auto run = run_matrix(matrix(50), functions, {.in_flight = 1, .store = store_.get()});
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(solved.load(), 3);
  EXPECT_NE(run.status().to_string().find("keeping the result of vote, row 1, seed 1"), std::string::npos)
      << run.status().to_string();
}

TEST_F(RunnerStoreTest, StoredErrorsAreTriedAgain) {
  std::atomic<bool> broken{true};
  const BenchFunctions functions{
      .solve =
          [&](const Row& row, const Configuration& configuration, std::uint64_t seed) -> Result<Outcome> {
            if (broken && row.id == "1") return io_error("connection lost");
            return oracle(row, configuration, seed);
          },
      .grade = same_text};
  const RunnerOptions options{.start = StartMode::resume, .store = store_.get()};
  EXPECT_EQ(run_matrix(matrix(2), functions, options)->errors, 4u);
  broken = false;
  const auto again = run_matrix(matrix(2), functions, options);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->reused, 4u);
  EXPECT_EQ(again->solved, 4u);
  EXPECT_EQ(again->errors, 0u);
}

TEST_F(RunnerStoreTest, ReusedAnswersAreGradedByTheCurrentGrader) {
  BenchFunctions functions{.solve = oracle, .grade = [](const std::string&, const Row&) { return false; }};
  const RunnerOptions options{.start = StartMode::resume, .store = store_.get()};
  ASSERT_TRUE(run_matrix(matrix(2), functions, options).ok());
  functions.grade = same_text;
  const auto again = run_matrix(matrix(2), functions, options);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->solved, 0u);
  for (const auto& result : again->results) EXPECT_EQ(result.correct, result.configuration == "vote");
  // The new verdicts are in the store too.
  const auto run = store_->begin_run({"digest", "fake", matrix(2).configurations[1]}, StartMode::resume);
  ASSERT_TRUE(run.ok());
  const auto stored = store_->results(*run);
  ASSERT_EQ(stored->size(), 4u);
  for (const auto& result : *stored) EXPECT_TRUE(result.correct);
}

TEST_F(RunnerStoreTest, StopBeforeTheStartRunsNothing) {
  std::stop_source stop;
  stop.request_stop();
  const auto run = run_matrix(matrix(3), {.solve = oracle, .grade = same_text}, {.stop = stop.get_token(), .store = store_.get()});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->results.size(), 0u);
  EXPECT_EQ(run->missing, 12u);
  EXPECT_TRUE(run->stopped);
}

TEST(Runner, RefusesBadMatrices) {
  const BenchFunctions functions{.solve = oracle, .grade = same_text};
  EXPECT_EQ(run_matrix(matrix(0), functions).status().kind(), ErrorKind::invalid_argument);
  EXPECT_FALSE(run_matrix(matrix(1, {}), functions).ok());
  EXPECT_FALSE(run_matrix(matrix(1, {3, 3}), functions).ok());
  EXPECT_FALSE(run_matrix(matrix(1), functions, {.in_flight = 0}).ok());
  EXPECT_FALSE(run_matrix(matrix(1), {}).ok());
  BenchMatrix twice = matrix(1);
  twice.configurations[1].name = "single";
  EXPECT_EQ(run_matrix(twice, functions).status().message(), "the configuration name \"single\" is used twice");
  BenchMatrix broken = matrix(1);
  broken.configurations[1].settings = "samples=8";
  EXPECT_EQ(run_matrix(broken, functions).status().to_string(),
            "the settings of a configuration must be a JSON object (while reading configuration vote)");
}

}  // namespace
}  // namespace reckon
