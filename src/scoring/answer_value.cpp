#include "scoring/answer_value.h"

#include <array>
#include <utility>

#include "scoring/answer_data.h"

namespace reckon {

std::string_view to_string(AnswerKind kind) {
  constexpr std::array<std::string_view, 14> kNames{"missing", "number", "expression", "tuple", "interval", "set", "matrix",
                                                    "equation", "inequality", "choice", "yes_no", "time", "ratio", "text"};
  return kNames[static_cast<std::size_t>(kind)];
}

namespace {

const std::shared_ptr<const answer_detail::AnswerData>& missing_data() {
  static const auto data = std::make_shared<const answer_detail::AnswerData>();
  return data;
}

}  // namespace

AnswerValue::AnswerValue() : data_(missing_data()) {}
AnswerValue::AnswerValue(std::shared_ptr<const answer_detail::AnswerData> data) : data_(std::move(data)) {
  if (!data_) data_ = missing_data();
}

AnswerKind AnswerValue::kind() const { return data_->kind; }
const std::string& AnswerValue::text() const { return data_->text; }
const std::string& AnswerValue::unit() const { return data_->unit; }
const std::string& AnswerValue::name() const { return data_->name; }
int AnswerValue::decimals() const { return data_->decimals; }
std::size_t AnswerValue::size() const { return data_->elements.size(); }

std::optional<double> AnswerValue::number() const {
  if (kind() != AnswerKind::number) return std::nullopt;
  return static_cast<double>(data_->number);
}

bool AnswerValue::is_integer() const {
  return kind() == AnswerKind::number && answer_detail::is_integer(data_->number);
}

char AnswerValue::letter() const {
  if (kind() != AnswerKind::choice) return '\0';
  return static_cast<char>('A' + static_cast<int>(numerator(data_->number)));
}

bool AnswerValue::yes() const { return kind() == AnswerKind::yes_no && data_->number == 1; }

}  // namespace reckon
