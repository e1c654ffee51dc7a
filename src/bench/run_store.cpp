#include "bench/run_store.h"

#include <array>
#include <bit>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "base/sqlite.h"
#include "bench/result_json.h"

namespace reckon {
namespace {

using sqlite::Connection;
using sqlite::Statement;

constexpr std::int64_t schema_version = 5;
constexpr std::int64_t application_id = 0x72636b6e;  // "rckn"

// The tables of format 1. What later formats added is in added_columns, for new files too, so that a
// file has the same columns whichever reckon made it.
constexpr const char* schema_sql = R"(
CREATE TABLE experiments(
  id INTEGER PRIMARY KEY,
  data_digest TEXT NOT NULL,
  model TEXT NOT NULL,
  settings TEXT NOT NULL,
  UNIQUE(data_digest, model, settings));
CREATE TABLE runs(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment INTEGER NOT NULL REFERENCES experiments(id),
  configuration TEXT NOT NULL,
  started TEXT NOT NULL,
  finished TEXT);
CREATE INDEX runs_by_experiment ON runs(experiment, configuration, id);
CREATE TABLE results(
  run INTEGER NOT NULL REFERENCES runs(id),
  row_id TEXT NOT NULL,
  seed INTEGER NOT NULL,
  answer TEXT NOT NULL,
  reference TEXT NOT NULL,
  correct INTEGER NOT NULL,
  self_graded INTEGER NOT NULL,
  agreement REAL,
  prefilled INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  recomputed INTEGER NOT NULL,
  sampled INTEGER NOT NULL,
  forced INTEGER NOT NULL,
  injected INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  probe INTEGER NOT NULL,
  scored INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  wall_ms REAL NOT NULL,
  finish_reason TEXT NOT NULL,
  error TEXT NOT NULL,
  recorded TEXT NOT NULL,
  PRIMARY KEY(run, row_id, seed)) WITHOUT ROWID;
)";

// Columns of `results` that came after format 1. Rows of an older reckon have the default: their
// withheld and thinking tokens were not counted, their other values are not known.
struct AddedColumn {
  const char* name;
  const char* type;
};
constexpr std::array<AddedColumn, 8> added_columns = {{
    {"withheld", "INTEGER NOT NULL DEFAULT 0"},
    {"thinking", "INTEGER NOT NULL DEFAULT 0"},
    {"any_correct", "INTEGER"},
    {"underthinking", "REAL"},
    {"policy_flops", "REAL"},
    {"scoring_flops", "REAL"},
    {"pool", "TEXT NOT NULL DEFAULT '[]'"},
    {"calls", "TEXT"},
}};

// Token columns in the order of bench_token_kinds.
constexpr const char* result_columns =
    "row_id, seed, answer, reference, correct, self_graded, agreement, any_correct, underthinking, "
    "prefilled, cached, recomputed, sampled, forced, injected, pending, probe, scored, cancelled, "
    "withheld, thinking, policy_flops, scoring_flops, wall_ms, finish_reason, error, pool, calls";

// SQLite's integers are signed; the bits survive the round trip.
std::int64_t to_column(std::uint64_t value) { return std::bit_cast<std::int64_t>(value); }
std::uint64_t from_column(std::int64_t value) { return std::bit_cast<std::uint64_t>(value); }

void bind_result(Statement& insert, RunId run, const BenchResult& result) {
  insert.bind(run.value).bind(std::string_view(result.row_id)).bind(to_column(result.seed));
  insert.bind(std::string_view(result.answer)).bind(std::string_view(result.reference));
  insert.bind(std::int64_t{result.correct}).bind(std::int64_t{result.self_graded}).bind(result.agreement);
  insert.bind(result.any_correct ? std::optional<double>(*result.any_correct ? 1.0 : 0.0) : std::nullopt);
  insert.bind(result.underthinking);
  for (const auto& kind : bench_token_kinds) insert.bind(result.tokens.*kind.count);
  insert.bind(result.policy_flops).bind(result.scoring_flops);
  insert.bind(result.wall_ms).bind(std::string_view(result.finish_reason)).bind(std::string_view(result.error));
  insert.bind(std::string_view(pool_to_json(result.pool))).bind(std::string_view(calls_to_json(result.calls)));
}

BenchResult read_result(const Statement& row, const std::string& configuration) {
  BenchResult result;
  result.configuration = configuration;
  result.row_id = row.text(0);
  result.seed = from_column(row.integer(1));
  result.answer = row.text(2);
  result.reference = row.text(3);
  result.correct = row.integer(4) != 0;
  result.self_graded = row.integer(5) != 0;
  if (!row.is_null(6)) result.agreement = row.real(6);
  if (!row.is_null(7)) result.any_correct = row.integer(7) != 0;
  if (!row.is_null(8)) result.underthinking = row.real(8);
  int column = 9;
  for (const auto& kind : bench_token_kinds) result.tokens.*kind.count = row.integer(column++);
  if (!row.is_null(column)) result.policy_flops = row.real(column);
  if (!row.is_null(++column)) result.scoring_flops = row.real(column);
  ++column;
  result.wall_ms = row.real(column++);
  result.finish_reason = row.text(column++);
  result.error = row.text(column++);
  result.pool = pool_from_json(row.text(column++));
  if (!row.is_null(column)) result.calls = calls_from_json(row.text(column));
  return result;
}

Status check_health(Connection& database) {
  RECKON_ASSIGN_OR_RETURN(const std::string verdict, database.query_text("PRAGMA quick_check(1)"));
  if (verdict == "ok") return ok_status();
  return sqlite::error_of(SQLITE_CORRUPT, verdict.substr(0, verdict.find('\n')), database.file());
}

// Adds what is missing to tables of an older format; what is there stays as it is.
Status bring_up_to_date(Connection& database) {
  for (const auto& column : added_columns) {
    const std::string name = column.name;
    RECKON_ASSIGN_OR_RETURN(const std::int64_t there, database.query_integer(
        "SELECT count(*) FROM pragma_table_info('results') WHERE name='" + name + "'"));
    if (there != 0) continue;
    RECKON_RETURN_IF_ERROR(database.execute("ALTER TABLE results ADD COLUMN " + name + " " + column.type));
  }
  return database.execute("PRAGMA user_version=" + std::to_string(schema_version));
}

Status create_schema(Connection& database) {
  RECKON_RETURN_IF_ERROR(database.execute(schema_sql));
  RECKON_RETURN_IF_ERROR(database.execute("PRAGMA application_id=" + std::to_string(application_id)));
  return bring_up_to_date(database);
}

// Creates the tables in an empty file, accepts our own, older ones included, refuses everything else. The caller holds
// the write lock, so that two programs that start together do not both create them.
Status create_or_check(Connection& database) {
  RECKON_ASSIGN_OR_RETURN(const std::int64_t application, database.query_integer("PRAGMA application_id"));
  RECKON_ASSIGN_OR_RETURN(const std::int64_t version, database.query_integer("PRAGMA user_version"));
  RECKON_ASSIGN_OR_RETURN(const std::int64_t tables, database.query_integer("SELECT count(*) FROM sqlite_master"));
  if (application == 0 && version == 0 && tables == 0) return create_schema(database);
  if (application != application_id) {
    return io_error(database.file() + " is not a run store (an SQLite database of another program): use another file");
  }
  if (version >= 1 && version < schema_version) return bring_up_to_date(database);
  if (version != schema_version) {
    return unsupported("the run store " + database.file() + " has format " + std::to_string(version) +
                       ", this reckon reads format " + std::to_string(schema_version) +
                       ": use the reckon that wrote it, or another file");
  }
  return ok_status();
}

Status prepare_database(Connection& database) {
  RECKON_RETURN_IF_ERROR(check_health(database));
  RECKON_RETURN_IF_ERROR(database.execute("BEGIN IMMEDIATE"));
  if (auto status = create_or_check(database); !status.ok()) {
    const auto rolled_back = database.execute("ROLLBACK");
    static_cast<void>(rolled_back);  // the first error is the one to report
    return status;
  }
  RECKON_RETURN_IF_ERROR(database.execute("COMMIT"));
  // Only after the file is known to be ours: this writes to it.
  RECKON_RETURN_IF_ERROR(database.execute("PRAGMA journal_mode=WAL"));
  return database.execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
}

}  // namespace

struct RunStore::State {
  explicit State(Connection connection) : database(std::move(connection)) {}

  Result<std::int64_t> experiment(const ExperimentKey& key, const std::string& settings);
  Result<std::optional<RunId>> newest_run(std::int64_t experiment, const std::string& configuration);
  Result<RunId> new_run(std::int64_t experiment, const std::string& configuration);
  Result<RunId> begin(const ExperimentKey& key, const std::string& settings, StartMode mode);

  Connection database;
  Statement insert_result;  // prepared once, used for every result
  std::mutex mutex;
};

Result<std::int64_t> RunStore::State::experiment(const ExperimentKey& key, const std::string& settings) {
  RECKON_ASSIGN_OR_RETURN(auto insert, database.prepare(
      "INSERT OR IGNORE INTO experiments(data_digest, model, settings) VALUES(?1, ?2, ?3)"));
  insert.bind(std::string_view(key.data_digest)).bind(std::string_view(key.model)).bind(std::string_view(settings));
  RECKON_RETURN_IF_ERROR(insert.run());
  RECKON_ASSIGN_OR_RETURN(auto find, database.prepare(
      "SELECT id FROM experiments WHERE data_digest=?1 AND model=?2 AND settings=?3"));
  find.bind(std::string_view(key.data_digest)).bind(std::string_view(key.model)).bind(std::string_view(settings));
  RECKON_ASSIGN_OR_RETURN(const bool found, find.step());
  if (!found) return internal_error("the run store lost an experiment it just made");
  return find.integer(0);
}

Result<std::optional<RunId>> RunStore::State::newest_run(std::int64_t experiment, const std::string& configuration) {
  RECKON_ASSIGN_OR_RETURN(auto find, database.prepare(
      "SELECT id FROM runs WHERE experiment=?1 AND configuration=?2 ORDER BY id DESC LIMIT 1"));
  find.bind(experiment).bind(std::string_view(configuration));
  RECKON_ASSIGN_OR_RETURN(const bool found, find.step());
  if (!found) return std::optional<RunId>();
  return std::optional<RunId>(RunId{find.integer(0)});
}

Result<RunId> RunStore::State::new_run(std::int64_t experiment, const std::string& configuration) {
  RECKON_ASSIGN_OR_RETURN(auto insert, database.prepare(
      "INSERT INTO runs(experiment, configuration, started) VALUES(?1, ?2, datetime('now')) RETURNING id"));
  insert.bind(experiment).bind(std::string_view(configuration));
  RECKON_ASSIGN_OR_RETURN(const bool made, insert.step());
  if (!made) return internal_error("the run store made no run");
  const RunId run{insert.integer(0)};
  RECKON_RETURN_IF_ERROR(insert.run());
  return run;
}

Result<RunId> RunStore::State::begin(const ExperimentKey& key, const std::string& settings, StartMode mode) {
  RECKON_ASSIGN_OR_RETURN(const std::int64_t id, experiment(key, settings));
  if (mode == StartMode::resume) {
    RECKON_ASSIGN_OR_RETURN(const auto newest, newest_run(id, key.configuration.name));
    if (newest) return *newest;
  }
  return new_run(id, key.configuration.name);
}

RunStore::RunStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

Result<RunStore> RunStore::open(const std::filesystem::path& file, const RunStoreOptions& options) {
  if (file.has_parent_path()) {
    // An error here shows again, with a better message, when SQLite cannot open the file.
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
  }
  RECKON_ASSIGN_OR_RETURN(Connection database, Connection::open(file, options.busy_timeout_ms));
  RECKON_RETURN_IF_ERROR(prepare_database(database));
  auto state = std::make_unique<State>(std::move(database));
  RECKON_ASSIGN_OR_RETURN(state->insert_result, state->database.prepare(
      std::string("INSERT OR REPLACE INTO results(run, ") + result_columns +
      ", recorded) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
      "?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, datetime('now'))"));
  return RunStore(std::move(state));
}

Result<RunId> RunStore::begin_run(const ExperimentKey& key, StartMode mode) {
  RECKON_ASSIGN_OR_RETURN(const std::string settings, canonical_settings(key.configuration.settings));
  const std::lock_guard lock(state_->mutex);
  RECKON_RETURN_IF_ERROR(state_->database.execute("BEGIN IMMEDIATE"));
  auto run = state_->begin(key, settings, mode);
  Status ended = run.ok() ? state_->database.execute("COMMIT") : run.status();
  if (ended.ok()) return run;
  const Status rolled_back = state_->database.execute("ROLLBACK");
  static_cast<void>(rolled_back);  // the first error is the one to report
  return ended;
}

Status RunStore::record(RunId run, const BenchResult& result) {
  const std::lock_guard lock(state_->mutex);
  bind_result(state_->insert_result, run, result);
  return state_->insert_result.run();
}

Result<std::vector<BenchResult>> RunStore::results(RunId run) const {
  const std::lock_guard lock(state_->mutex);
  RECKON_ASSIGN_OR_RETURN(auto name, state_->database.prepare("SELECT configuration FROM runs WHERE id=?1"));
  name.bind(run.value);
  RECKON_ASSIGN_OR_RETURN(const bool known, name.step());
  if (!known) return not_found("the run store has no run " + std::to_string(run.value));
  const std::string configuration = name.text(0);

  RECKON_ASSIGN_OR_RETURN(auto select, state_->database.prepare(
      std::string("SELECT ") + result_columns + " FROM results WHERE run=?1 ORDER BY row_id, seed"));
  select.bind(run.value);
  std::vector<BenchResult> results;
  while (true) {
    RECKON_ASSIGN_OR_RETURN(const bool row, select.step());
    if (!row) return results;
    results.push_back(read_result(select, configuration));
  }
}

Status RunStore::finish_run(RunId run) {
  const std::lock_guard lock(state_->mutex);
  RECKON_ASSIGN_OR_RETURN(auto update, state_->database.prepare("UPDATE runs SET finished=datetime('now') WHERE id=?1"));
  update.bind(run.value);
  return update.run();
}

Result<bool> RunStore::finished(RunId run) const {
  const std::lock_guard lock(state_->mutex);
  RECKON_ASSIGN_OR_RETURN(auto find, state_->database.prepare("SELECT finished FROM runs WHERE id=?1"));
  find.bind(run.value);
  RECKON_ASSIGN_OR_RETURN(const bool known, find.step());
  if (!known) return not_found("the run store has no run " + std::to_string(run.value));
  return !find.is_null(0);
}

Result<std::string> canonical_settings(const std::string& settings) {
  const auto parsed = nlohmann::json::parse(settings, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return invalid_argument("the settings of a configuration must be a JSON object");
  return parsed.dump();
}

}  // namespace reckon
