// A thin RAII layer over SQLite's C interface: errors as Status, statements and connections that close
// themselves. The file ":memory:" is a database in memory. Not thread-safe: the owner locks.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace reckon::sqlite {

class Statement {
 public:
  Statement() = default;
  Statement(sqlite3_stmt* statement, std::string file) : statement_(statement), file_(std::move(file)) {}

  // Values for ?1, ?2, ... in the order of the calls. Text is copied.
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  Statement& bind(std::optional<double> value);

  // True: a row is there. False: done.
  Result<bool> step();
  // Runs to the end and makes the statement ready for new values, whatever happened.
  Status run();
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;
  std::string text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
  int next_ = 1;
  int bind_error_ = SQLITE_OK;
};

class Connection {
 public:
  static Result<Connection> open(const std::filesystem::path& file, int busy_timeout_ms);

  Result<Statement> prepare(std::string_view sql);
  // One or more statements without values or rows.
  Status execute(const std::string& sql);
  // The first column of the first row, for pragmas and counts.
  Result<std::int64_t> query_integer(std::string_view sql);
  Result<std::string> query_text(std::string_view sql);
  const std::string& file() const { return file_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

// One line that names the file and says what to do.
Status error_of(int code, std::string_view detail, const std::string& file);

}  // namespace reckon::sqlite
