#include "apps/prm/step_samples.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace reckon::prm {
namespace {

constexpr std::string_view kMagic = "reckon-steps-2\n";

class Writer {
 public:
  void number(std::uint64_t value) { bytes(&value, sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    bytes(value.data(), value.size());
  }
  void floats(const std::vector<float>& values) {
    number(values.size());
    bytes(values.data(), values.size() * sizeof(float));
  }
  const std::string& buffer() const { return buffer_; }

 private:
  void bytes(const void* data, std::size_t size) { buffer_.append(static_cast<const char*>(data), size); }
  std::string buffer_;
};

// Everything reads as empty once the data have ended too early; ok() says so.
class Reader {
 public:
  explicit Reader(std::string_view data) : data_(data) {}
  bool ok() const { return ok_; }
  bool at_end() const { return data_.empty(); }
  std::uint64_t number() {
    std::uint64_t value = 0;
    const std::string_view bytes = take(sizeof value);
    if (ok_) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(take(number())); }
  std::vector<float> floats() {
    const std::uint64_t n = number();
    const std::string_view bytes = take(n > data_.size() ? n : n * sizeof(float));
    std::vector<float> values(bytes.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

 private:
  std::string_view take(std::uint64_t n) {
    ok_ = ok_ && n <= data_.size();
    if (!ok_) return {};
    const std::string_view taken = data_.substr(0, n);
    data_.remove_prefix(n);
    return taken;
  }
  std::string_view data_;
  bool ok_ = true;
};

std::string encode(const LabelledQuestion& question) {
  Writer out;
  out.text(question.id);
  out.text(question.reference);
  out.number(question.traces.size());
  for (const auto& trace : question.traces) {
    out.text(trace.answer);
    out.number(trace.right ? 1 : 0);
    out.number(trace.steps.size());
    for (const auto& step : trace.steps) {
      out.floats({static_cast<float>(step.label)});
      out.floats(step.features);
    }
    out.floats(trace.whole);
  }
  return out.buffer();
}

bool decode(std::string_view data, LabelledQuestion& question) {
  Reader in(data);
  question.id = in.text();
  question.reference = in.text();
  for (std::uint64_t traces = in.number(); traces > 0 && in.ok(); --traces) {
    LabelledTrace trace;
    trace.answer = in.text();
    trace.right = in.number() != 0;
    for (std::uint64_t steps = in.number(); steps > 0 && in.ok(); --steps) {
      const auto label = in.floats();
      trace.steps.push_back({in.floats(), label.size() == 1 ? label.front() : 0.0});
    }
    trace.whole = in.floats();
    question.traces.push_back(std::move(trace));
  }
  return in.ok() && in.at_end();
}

void add_steps(const LabelledTrace& trace, std::size_t question, std::vector<ProbeExample>& examples) {
  for (const auto& step : trace.steps) examples.push_back({step.features, step.label, static_cast<std::int64_t>(question)});
}

}  // namespace

Result<SamplesFile> SamplesFile::open(const std::string& path, const std::string& made_by) {
  SamplesFile samples;
  samples.path_ = path;
  if (path.empty()) return samples;
  const std::string head = std::string(kMagic) + made_by + "\n";
  std::string data;
  if (std::ifstream file(path, std::ios::binary); file) data.assign(std::istreambuf_iterator<char>(file), {});
  if (data.empty()) {
    std::ofstream file(path, std::ios::binary);
    file << head << std::flush;
    if (!file) return io_error("the samples file " + path + " cannot be written");
    return samples;
  }
  if (!data.starts_with(kMagic)) return invalid_argument(path + " is not a file of step samples");
  if (!data.starts_with(head)) {
    const std::string other = data.substr(kMagic.size(), data.find('\n', kMagic.size()) - kMagic.size());
    return invalid_argument(path + " has samples of another making (" + other + "); this run would add " + made_by);
  }
  std::size_t at = head.size();
  while (at + sizeof(std::uint64_t) <= data.size()) {
    std::uint64_t size = 0;
    std::memcpy(&size, data.data() + at, sizeof size);
    LabelledQuestion question;
    const std::size_t begin = at + sizeof size;
    if (size > data.size() - begin || !decode(std::string_view(data).substr(begin, size), question)) break;
    samples.ids_.insert(question.id);
    samples.questions_.push_back(std::move(question));
    at = begin + size;
  }
  std::error_code error;
  if (at < data.size()) std::filesystem::resize_file(path, at, error);
  if (error) return io_error("the samples file " + path + " cannot be repaired: " + error.message());
  return samples;
}

Status SamplesFile::append(LabelledQuestion question) {
  if (!path_.empty()) {
    const std::string body = encode(question);
    const std::uint64_t size = body.size();
    std::ofstream file(path_, std::ios::binary | std::ios::app);
    file.write(reinterpret_cast<const char*>(&size), sizeof size);
    file << body << std::flush;
    if (!file) return io_error("the samples file " + path_ + " cannot be written");
  }
  ids_.insert(question.id);
  questions_.push_back(std::move(question));
  return ok_status();
}

std::vector<ProbeExample> step_examples(const std::vector<LabelledQuestion>& questions) {
  std::vector<ProbeExample> examples;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    for (const auto& trace : questions[q].traces) add_steps(trace, q, examples);
  }
  return examples;
}

std::vector<ProbeExample> fit_examples(const std::vector<LabelledQuestion>& questions) {
  std::vector<ProbeExample> steps;
  std::vector<ProbeExample> wholes;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    for (const auto& trace : questions[q].traces) {
      if (trace.answer.empty()) continue;
      add_steps(trace, q, steps);
      wholes.push_back({trace.whole, trace.right ? 1.0 : 0.0, static_cast<std::int64_t>(q)});
    }
  }
  std::ranges::move(wholes, std::back_inserter(steps));
  return steps;
}

}  // namespace reckon::prm
