// Errors as values: Status (ok or error) and Result<T> (a value or an error).
//
// An error has a kind (what class of thing went wrong, mapped in one place to exit codes and HTTP
// statuses), a message for the person who has to act on it, and a chain of "while doing X" contexts,
// innermost first. The library never throws across a public boundary, never prints and never aborts.
//
// Threading: values, freely copied and moved. Cost: an ok Status is one null pointer.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace reckon {

enum class ErrorKind {
  invalid_argument,  // the caller asked for something that makes no sense; fix the request
  unsupported,       // sensible, but this model or build cannot do it
  not_found,         // a named thing (file, model, plug-in) does not exist
  out_of_memory,     // KV cache, host memory or disk space ran out
  cancelled,         // somebody asked to stop
  budget_exhausted,  // a cap or deadline was hit before anything useful existed
  model_failure,     // the backend could not compute
  io,                // files, network, child processes
  internal,          // a broken promise of our own
};

// Stable lower-case name, as used in JSON output ("invalid_argument", ...).
std::string_view to_string(ErrorKind kind);

class [[nodiscard]] Status {
 public:
  Status() = default;  // ok
  Status(ErrorKind kind, std::string message);

  bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }

  // Precondition for both: !ok().
  ErrorKind kind() const;
  const std::string& message() const;

  // Adds one "while ..." to the chain, outermost last. No effect on an ok status.
  Status while_doing(std::string what) &&;
  Status while_doing(std::string what) const&;
  const std::vector<std::string>& contexts() const;

  // One line: "message (while inner; while outer)". "ok" when ok.
  std::string to_string() const;

 private:
  struct Error {
    ErrorKind kind;
    std::string message;
    std::vector<std::string> contexts;
  };
  std::shared_ptr<const Error> error_;
};

inline Status ok_status() { return Status(); }
Status invalid_argument(std::string message);
Status unsupported(std::string message);
Status not_found(std::string message);
Status out_of_memory(std::string message);
Status cancelled(std::string message);
Status budget_exhausted(std::string message);
Status model_failure(std::string message);
Status io_error(std::string message);
Status internal_error(std::string message);

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {  // NOLINT
    assert(!std::get<1>(state_).ok() && "a Result needs a value or an error");
  }

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Precondition: ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // ok_status() when there is a value.
  Status status() const { return ok() ? Status() : std::get<1>(state_); }
  Result while_doing(std::string what) && {
    if (!ok()) state_.template emplace<1>(std::get<1>(state_).while_doing(std::move(what)));
    return std::move(*this);
  }

 private:
  std::variant<T, Status> state_;
};

}  // namespace reckon

// Returns the error of a Status expression from the enclosing function.
#define RECKON_RETURN_IF_ERROR(expression)                        \
  do {                                                            \
    if (::reckon::Status reckon_status_ = (expression); !reckon_status_.ok()) return reckon_status_; \
  } while (false)

// Declares `variable` from a Result expression, or returns its error.
#define RECKON_CONCAT_INNER_(a, b) a##b
#define RECKON_CONCAT_(a, b) RECKON_CONCAT_INNER_(a, b)
#define RECKON_ASSIGN_OR_RETURN(variable, expression) \
  RECKON_ASSIGN_OR_RETURN_(RECKON_CONCAT_(reckon_result_, __LINE__), variable, expression)
#define RECKON_ASSIGN_OR_RETURN_(temporary, variable, expression) \
  auto temporary = (expression);                                  \
  if (!temporary.ok()) return temporary.status();                 \
  variable = std::move(temporary).value()
