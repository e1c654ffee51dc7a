#include "base/sqlite.h"

#include <cassert>

namespace reckon::sqlite {

Status error_of(int code, std::string_view detail, const std::string& file) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return io_error("the database " + file + " is locked by another program: wait for it to finish or use another file");
    case SQLITE_NOTADB:
      return io_error(file + " is not an SQLite database: use another file");
    case SQLITE_CORRUPT:
      return io_error("the database " + file + " is damaged (" + std::string(detail) + "): move it away and start again");
    case SQLITE_FULL:
      return out_of_memory("the disk is full: cannot write the database " + file);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return io_error("the database " + file + " cannot be written: check its permissions");
    case SQLITE_CANTOPEN:
      return io_error("cannot open the database " + file + ": check that its folder exists and can be written");
    default:
      return io_error("the database " + file + " failed: " + std::string(detail));
  }
}

Statement& Statement::bind(std::int64_t value) {
  if (bind_error_ == SQLITE_OK) bind_error_ = sqlite3_bind_int64(statement_.get(), next_, value);
  ++next_;
  return *this;
}

Statement& Statement::bind(double value) {
  if (bind_error_ == SQLITE_OK) bind_error_ = sqlite3_bind_double(statement_.get(), next_, value);
  ++next_;
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  // A null pointer would bind NULL; an empty view may hold one.
  const char* data = value.data() == nullptr ? "" : value.data();
  if (bind_error_ == SQLITE_OK) {
    bind_error_ = sqlite3_bind_text64(statement_.get(), next_, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  ++next_;
  return *this;
}

Statement& Statement::bind(std::optional<double> value) {
  if (value) return bind(*value);
  if (bind_error_ == SQLITE_OK) bind_error_ = sqlite3_bind_null(statement_.get(), next_);
  ++next_;
  return *this;
}

Result<bool> Statement::step() {
  if (bind_error_ != SQLITE_OK) return error_of(bind_error_, sqlite3_errstr(bind_error_), file_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(code, sqlite3_errmsg(sqlite3_db_handle(statement_.get())), file_);
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  next_ = 1;
  bind_error_ = SQLITE_OK;
}

Status Statement::run() {
  Result<bool> more = true;
  while (more.ok() && *more) more = step();
  reset();
  return more.status();
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Connection> Connection::open(const std::filesystem::path& file, int busy_timeout_ms) {
  Connection connection;
  connection.file_ = file.string();
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(connection.file_.c_str(), &raw,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  connection.database_.reset(raw);  // also after a failure: SQLite wants it closed
  if (code != SQLITE_OK) return error_of(code, sqlite3_errstr(code), connection.file_);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return error_of(code, sqlite3_errmsg(database_.get()), file_);
  return Statement(statement, file_);
}

Status Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(code, sqlite3_errmsg(database_.get()), file_);
  return ok_status();
}

Result<std::int64_t> Connection::query_integer(std::string_view sql) {
  RECKON_ASSIGN_OR_RETURN(Statement statement, prepare(sql));
  RECKON_ASSIGN_OR_RETURN(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

Result<std::string> Connection::query_text(std::string_view sql) {
  RECKON_ASSIGN_OR_RETURN(Statement statement, prepare(sql));
  RECKON_ASSIGN_OR_RETURN(const bool row, statement.step());
  return row ? statement.text(0) : std::string();
}

}  // namespace reckon::sqlite
