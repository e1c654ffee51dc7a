#include "base/status.h"

namespace reckon {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument: return "invalid_argument";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::out_of_memory: return "out_of_memory";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::budget_exhausted: return "budget_exhausted";
    case ErrorKind::model_failure: return "model_failure";
    case ErrorKind::io: return "io";
    case ErrorKind::internal: return "internal";
  }
  return "internal";
}

Status::Status(ErrorKind kind, std::string message)
    : error_(std::make_shared<const Error>(Error{kind, std::move(message), {}})) {}

ErrorKind Status::kind() const { return error_->kind; }
const std::string& Status::message() const { return error_->message; }

const std::vector<std::string>& Status::contexts() const {
  static const std::vector<std::string> none;
  return ok() ? none : error_->contexts;
}

Status Status::while_doing(std::string what) const& {
  if (ok()) return *this;
  Error error = *error_;
  error.contexts.push_back(std::move(what));
  Status result;
  result.error_ = std::make_shared<const Error>(std::move(error));
  return result;
}

Status Status::while_doing(std::string what) && {
  return static_cast<const Status&>(*this).while_doing(std::move(what));
}

std::string Status::to_string() const {
  if (ok()) return "ok";
  std::string line = error_->message;
  if (error_->contexts.empty()) return line;
  line += " (";
  for (std::size_t i = 0; i < error_->contexts.size(); ++i) {
    if (i > 0) line += "; ";
    line += "while " + error_->contexts[i];
  }
  return line + ")";
}

Status invalid_argument(std::string m) { return {ErrorKind::invalid_argument, std::move(m)}; }
Status unsupported(std::string m) { return {ErrorKind::unsupported, std::move(m)}; }
Status not_found(std::string m) { return {ErrorKind::not_found, std::move(m)}; }
Status out_of_memory(std::string m) { return {ErrorKind::out_of_memory, std::move(m)}; }
Status cancelled(std::string m) { return {ErrorKind::cancelled, std::move(m)}; }
Status budget_exhausted(std::string m) { return {ErrorKind::budget_exhausted, std::move(m)}; }
Status model_failure(std::string m) { return {ErrorKind::model_failure, std::move(m)}; }
Status io_error(std::string m) { return {ErrorKind::io, std::move(m)}; }
Status internal_error(std::string m) { return {ErrorKind::internal, std::move(m)}; }

}  // namespace reckon
