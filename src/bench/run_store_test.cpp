#include "bench/run_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <limits>
#include <thread>

#include "base/test_support.h"

namespace reckon {
namespace {

class RunStoreTest : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return folder_ / "sub" / "runs.sqlite"; }

  // Runs SQL through a connection of its own, as another program would.
  void other_program(const std::string& sql) {
    std::filesystem::create_directories(file().parent_path());
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  testing_support::TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

ExperimentKey key(const std::string& settings = R"({"samples": 8, "prompt": "cot"})") {
  return {"digest", "model", {"vote", settings}};
}

BenchResult sample(const std::string& row, std::uint64_t seed) {
  BenchResult result;
  result.configuration = "vote";
  result.row_id = row;
  result.seed = seed;
  result.answer = "42 \"äö\"";
  result.reference = "42";
  result.correct = true;
  result.agreement = 0.625;
  result.any_correct = true;
  result.underthinking = 0.25;
  result.pool = {{"42", true, 120}, {"", false, 30}};
  result.pool[0].score = Score{.value = 0.25, .calibrated = true, .steps = {0.5, 0.25}};
  result.pool[1].score = Score{.value = -3.0};
  result.pool[1].round = 2;
  result.policy_flops = 1.5e12;
  result.scoring_flops = 0.5e12;
  result.tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  result.calls = BenchCalls{9, 4, 3, 2, 0.125, 1, 5};
  result.wall_ms = 12.5;
  result.finish_reason = "complete";
  return result;
}

TEST_F(RunStoreTest, RoundTripOfEveryField) {
  auto store = RunStore::open(file());
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  const auto run = store->begin_run(key(), StartMode::fresh);
  ASSERT_TRUE(run.ok());
  const BenchResult first = sample("r1", std::numeric_limits<std::uint64_t>::max());
  BenchResult second = sample("r2", 0);
  second.agreement.reset();
  second.any_correct = false;
  second.underthinking.reset();
  second.policy_flops.reset();
  second.scoring_flops.reset();
  second.calls.reset();
  BenchResult third = sample("r3", 0);
  third.any_correct.reset();
  second.answer = std::string("nul \0 inside", 12);
  second.error = "it broke";
  second.self_graded = true;
  ASSERT_TRUE(store->record(*run, first).ok());
  ASSERT_TRUE(store->record(*run, second).ok());
  ASSERT_TRUE(store->record(*run, third).ok());
  const auto results = store->results(*run);
  ASSERT_TRUE(results.ok());
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ(results->at(0), first);
  EXPECT_EQ(results->at(1), second);
  EXPECT_EQ(results->at(2), third);
}

TEST_F(RunStoreTest, ResumeContinuesTheNewestRunAndFreshLeavesItAlone) {
  auto store = RunStore::open(file());
  ASSERT_TRUE(store.ok());
  const auto first = store->begin_run(key(), StartMode::resume);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(store->record(*first, sample("r1", 1)).ok());
  EXPECT_EQ(store->begin_run(key(), StartMode::resume)->value, first->value);
  // Equal settings in another order and spacing are the same experiment.
  EXPECT_EQ(store->begin_run(key(R"({"prompt":"cot","samples":8})"), StartMode::resume)->value, first->value);
  EXPECT_NE(store->begin_run(key(R"({"prompt":"cot","samples":4})"), StartMode::resume)->value, first->value);
  ExperimentKey other = key();
  other.model = "another";
  EXPECT_NE(store->begin_run(other, StartMode::resume)->value, first->value);
  other = key();
  other.data_digest = "another";
  EXPECT_NE(store->begin_run(other, StartMode::resume)->value, first->value);

  const auto second = store->begin_run(key(), StartMode::fresh);
  ASSERT_TRUE(second.ok());
  EXPECT_NE(second->value, first->value);
  EXPECT_TRUE(store->results(*second)->empty());
  EXPECT_EQ(store->results(*first)->size(), 1u);
  EXPECT_EQ(store->begin_run(key(), StartMode::resume)->value, second->value);
}

TEST_F(RunStoreTest, KilledProcessLosesNothingThatWasRecorded) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = RunStore::open(file());
    if (!store.ok()) ::_exit(1);
    const auto run = store->begin_run(key(), StartMode::fresh);
    for (std::uint64_t i = 0; i < 5; ++i) {
      if (!run.ok() || !store->record(*run, sample("r" + std::to_string(i), i)).ok()) ::_exit(2);
    }
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto store = RunStore::open(file());
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  const auto run = store->begin_run(key(), StartMode::resume);
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(store->results(*run)->size(), 5u);
  EXPECT_FALSE(*store->finished(*run));
  ASSERT_TRUE(store->finish_run(*run).ok());
  EXPECT_TRUE(*store->finished(*run));
}

TEST_F(RunStoreTest, RecordingAgainReplaces) {
  auto store = RunStore::open(file());
  ASSERT_TRUE(store.ok());
  const auto run = store->begin_run(key(), StartMode::fresh);
  BenchResult result = sample("r1", 1);
  result.error = "timeout";
  ASSERT_TRUE(store->record(*run, result).ok());
  ASSERT_TRUE(store->record(*run, sample("r1", 1)).ok());
  ASSERT_EQ(store->results(*run)->size(), 1u);
  EXPECT_FALSE(store->results(*run)->at(0).failed());
}

TEST_F(RunStoreTest, ManyThreadsRecord) {
  auto store = RunStore::open(file());
  ASSERT_TRUE(store.ok());
  const auto run = store->begin_run(key(), StartMode::fresh);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::uint64_t i = 0; i < 10; ++i) EXPECT_TRUE(store->record(*run, sample(std::to_string(t), i)).ok());
      });
    }
  }
  EXPECT_EQ(store->results(*run)->size(), 40u);
}

TEST_F(RunStoreTest, DamagedAndForeignFilesAreRefusedInOneLine) {
  std::filesystem::create_directories(file().parent_path());
  const std::string garbage(5000, 'x');
  std::ofstream(file()) << garbage;
  auto status = RunStore::open(file()).status();
  EXPECT_EQ(status.kind(), ErrorKind::io);
  EXPECT_EQ(status.to_string(), file().string() + " is not an SQLite database: use another file");

  std::filesystem::remove(file());
  other_program("CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)");
  status = RunStore::open(file()).status();
  EXPECT_NE(status.message().find("database of another program"), std::string::npos) << status.to_string();

  EXPECT_EQ(RunStore::open(folder_).status().kind(), ErrorKind::io);
}

TEST_F(RunStoreTest, TruncatedFileIsDamaged) {
  {
    auto store = RunStore::open(file());
    ASSERT_TRUE(store.ok());
    const auto run = store->begin_run(key(), StartMode::fresh);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(store->record(*run, sample(std::to_string(i), 1)).ok());
  }
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  const auto status = RunStore::open(file()).status();
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.message().find("is damaged"), std::string::npos) << status.to_string();
  EXPECT_EQ(status.to_string().find('\n'), std::string::npos);
}

TEST_F(RunStoreTest, NewerFormatIsRefused) {
  ASSERT_TRUE(RunStore::open(file()).ok());
  other_program("PRAGMA user_version=99");
  const auto status = RunStore::open(file()).status();
  EXPECT_EQ(status.kind(), ErrorKind::unsupported);
  EXPECT_NE(status.message().find("format 99"), std::string::npos);
}

// The tables as format 1 had them, with one result.
constexpr const char* format_1 = R"(
CREATE TABLE experiments(id INTEGER PRIMARY KEY, data_digest TEXT NOT NULL, model TEXT NOT NULL, settings TEXT NOT NULL,
  UNIQUE(data_digest, model, settings));
CREATE TABLE runs(id INTEGER PRIMARY KEY AUTOINCREMENT, experiment INTEGER NOT NULL REFERENCES experiments(id),
  configuration TEXT NOT NULL, started TEXT NOT NULL, finished TEXT);
CREATE INDEX runs_by_experiment ON runs(experiment, configuration, id);
CREATE TABLE results(run INTEGER NOT NULL REFERENCES runs(id), row_id TEXT NOT NULL, seed INTEGER NOT NULL,
  answer TEXT NOT NULL, reference TEXT NOT NULL, correct INTEGER NOT NULL, self_graded INTEGER NOT NULL, agreement REAL,
  prefilled INTEGER NOT NULL, cached INTEGER NOT NULL, recomputed INTEGER NOT NULL, sampled INTEGER NOT NULL,
  forced INTEGER NOT NULL, injected INTEGER NOT NULL, pending INTEGER NOT NULL, probe INTEGER NOT NULL,
  scored INTEGER NOT NULL, cancelled INTEGER NOT NULL, wall_ms REAL NOT NULL, finish_reason TEXT NOT NULL,
  error TEXT NOT NULL, recorded TEXT NOT NULL, PRIMARY KEY(run, row_id, seed)) WITHOUT ROWID;
INSERT INTO experiments VALUES(1, 'digest', 'model', '{"prompt":"cot","samples":8}');
INSERT INTO runs VALUES(1, 1, 'vote', '2026-01-01', NULL);
INSERT INTO results VALUES(1, 'r1', 5, '42', '42', 1, 0, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12.5, 'complete', '', '2026-01-01');
PRAGMA application_id=1919118190;
PRAGMA user_version=1;
)";

TEST_F(RunStoreTest, FilesOfFormat1AreBroughtUpToDate) {
  other_program(format_1);
  for (int opened = 0; opened < 2; ++opened) {  // the second time there is nothing left to do
    auto store = RunStore::open(file());
    ASSERT_TRUE(store.ok()) << store.status().to_string();
    const auto run = store->begin_run(key(), StartMode::resume);
    ASSERT_TRUE(run.ok());
    EXPECT_EQ(run->value, 1);
    const auto results = store->results(*run);
    ASSERT_TRUE(results.ok()) << results.status().to_string();
    ASSERT_FALSE(results->empty());
    const BenchResult& old = results->at(0);
    EXPECT_EQ(old.seed, 5u);
    EXPECT_EQ(old.agreement, 0.5);
    EXPECT_FALSE(old.any_correct.has_value());
    EXPECT_FALSE(old.underthinking.has_value());
    EXPECT_FALSE(old.flops().has_value());
    EXPECT_FALSE(old.calls.has_value());
    EXPECT_TRUE(old.pool.empty());
    EXPECT_EQ(old.tokens, (BenchTokens{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0}));
    EXPECT_EQ(old.wall_ms, 12.5);
    ASSERT_TRUE(store->record(*run, sample("r2", 1)).ok());
    EXPECT_EQ(store->results(*run)->back(), sample("r2", 1));
  }
}

TEST_F(RunStoreTest, FormatsBelow1AreRefused) {
  other_program(format_1);
  other_program("PRAGMA user_version=0");
  EXPECT_EQ(RunStore::open(file()).status().kind(), ErrorKind::unsupported);
}

TEST_F(RunStoreTest, LockedByAnotherProgram) {
  auto store = RunStore::open(file(), {.busy_timeout_ms = 20});
  ASSERT_TRUE(store.ok());
  const auto run = store->begin_run(key(), StartMode::fresh);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto status = store->record(*run, sample("r1", 1));
  EXPECT_EQ(status.kind(), ErrorKind::io);
  EXPECT_NE(status.message().find("locked by another program"), std::string::npos) << status.to_string();
  EXPECT_FALSE(store->begin_run(key(), StartMode::resume).ok());
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(store->record(*run, sample("r1", 1)).ok());  // usable again after the lock is gone
  EXPECT_TRUE(store->begin_run(key(), StartMode::resume).ok());
}

TEST_F(RunStoreTest, SettingsMustBeAnObject) {
  auto store = RunStore::open(file());
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(store->begin_run(key("[1]"), StartMode::fresh).status().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(store->begin_run(key("{"), StartMode::fresh).status().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(*canonical_settings(R"( {"b": 1, "a": [true, null]} )"), R"({"a":[true,null],"b":1})");
}

TEST_F(RunStoreTest, UnknownRun) {
  auto store = RunStore::open(file());
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(store->results(RunId{77}).status().kind(), ErrorKind::not_found);
  EXPECT_FALSE(store->record(RunId{77}, sample("r", 1)).ok());  // foreign key
}

}  // namespace
}  // namespace reckon
