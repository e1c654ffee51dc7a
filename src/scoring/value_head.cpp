#include "scoring/value_head.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>

#include <nlohmann/json.hpp>

#include "scoring/sigmoid.h"

namespace reckon {
namespace {

constexpr std::uint64_t kLongestHeader = 100'000'000;  // bytes, as the format allows

float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 0x1f) return fraction == 0 ? sign * INFINITY : NAN;
  return sign * (exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24) : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25));
}

struct Tensor {
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

// The tensors of one file: eight bytes with the length of a JSON header, the header, the data.
class SafetensorsFile {
 public:
  static Result<SafetensorsFile> open(const std::string& path) {
    SafetensorsFile opened;
    opened.path_ = path;
    opened.file_.open(path, std::ios::binary | std::ios::ate);
    if (!opened.file_) return not_found("there is no file of a value head at \"" + path + "\"");
    opened.bytes_ = static_cast<std::uint64_t>(opened.file_.tellg());
    unsigned char length[8] = {};
    opened.file_.seekg(0).read(reinterpret_cast<char*>(length), sizeof length);
    std::uint64_t header_bytes = 0;
    for (int i = 7; i >= 0; --i) header_bytes = header_bytes << 8 | length[i];
    if (opened.bytes_ < sizeof length || header_bytes > std::min(kLongestHeader, opened.bytes_ - sizeof length)) return opened.bad("is no safetensors file");
    std::string text(header_bytes, '\0');
    opened.file_.read(text.data(), static_cast<std::streamsize>(header_bytes));
    opened.header_ = nlohmann::json::parse(text, nullptr, false);
    if (!opened.file_ || !opened.header_.is_object()) return opened.bad("is no safetensors file");
    opened.data_ = sizeof length + header_bytes;
    return opened;
  }

  bool has(const std::string& name) const { return header_.contains(name); }

  Result<Tensor> read(const std::string& name) {
    if (!has(name)) return bad("has no tensor \"" + name + "\"");
    std::string type;
    Tensor tensor;
    std::vector<std::uint64_t> at;
    try {
      const auto& entry = header_.at(name);
      type = entry.at("dtype").get<std::string>();
      tensor.shape = entry.at("shape").get<std::vector<std::size_t>>();
      at = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
    } catch (const nlohmann::json::exception&) {
      return bad("describes the tensor \"" + name + "\" in another way than the format's");
    }
    if (type != "F32" && type != "F16" && type != "BF16") return bad("has the tensor \"" + name + "\" as " + type + "; F32, F16 and BF16 are read");
    const std::uint64_t width = type == "F32" ? 4 : 2;
    const std::uint64_t most = (bytes_ - data_) / width;  // numbers that the file has room for
    std::uint64_t numbers = 1;
    for (const std::uint64_t n : tensor.shape) numbers = n != 0 && numbers > most / n ? most + 1 : numbers * n;
    if (at.size() != 2 || at[0] > at[1] || at[1] > bytes_ - data_ || numbers > most || at[1] - at[0] != numbers * width) {
      return bad("ends before the tensor \"" + name + "\" does, or gives it another size than its shape");
    }
    std::string raw(at[1] - at[0], '\0');
    file_.seekg(static_cast<std::streamoff>(data_ + at[0])).read(raw.data(), static_cast<std::streamsize>(raw.size()));
    if (!file_) return io_error(path_ + " cannot be read");
    tensor.values.resize(numbers);
    for (std::size_t i = 0; i < numbers; ++i) {
      std::uint32_t bits = 0;
      for (std::size_t byte = width; byte-- > 0;) bits = bits << 8 | static_cast<unsigned char>(raw[i * width + byte]);
      tensor.values[i] = type == "F32" ? std::bit_cast<float>(bits) : type == "BF16" ? std::bit_cast<float>(bits << 16) : from_half(static_cast<std::uint16_t>(bits));
    }
    return tensor;
  }

  Status bad(const std::string& what) const { return invalid_argument(path_ + " " + what); }

 private:
  std::string path_;
  std::ifstream file_;
  std::uint64_t bytes_ = 0;
  std::uint64_t data_ = 0;  // where the tensors' data begin
  nlohmann::json header_;
};

}  // namespace

Result<ValueHead> ValueHead::load(const std::string& path, const std::vector<std::string>& layers) {
  if (layers.empty()) return invalid_argument("a value head of " + path + " needs the names of its layers");
  RECKON_ASSIGN_OR_RETURN(SafetensorsFile file, SafetensorsFile::open(path));
  ValueHead head;
  std::size_t outputs = 0;
  for (const std::string& name : layers) {
    RECKON_ASSIGN_OR_RETURN(Tensor weight, file.read(name + ".weight"));
    if (weight.shape.size() != 2 || weight.values.empty() || (outputs != 0 && weight.shape[1] != outputs)) {
      return file.bad("has a tensor \"" + name + ".weight\" that does not fit the layer before it");
    }
    outputs = weight.shape[0];
    Layer layer{.inputs = weight.shape[1], .weights = std::move(weight.values), .biases = std::vector<float>(outputs)};
    if (file.has(name + ".bias")) {
      RECKON_ASSIGN_OR_RETURN(Tensor bias, file.read(name + ".bias"));
      if (bias.values.size() != outputs) return file.bad("has a tensor \"" + name + ".bias\" of another size than its layer");
      layer.biases = std::move(bias.values);
    }
    head.layers_.push_back(std::move(layer));
  }
  if (outputs > 2) return file.bad("has a head of " + std::to_string(outputs) + " outputs; of 1 or 2 a score can be made");
  return head;
}

double ValueHead::score(std::span<const float> state) const {
  std::vector<float> values(state.begin(), state.end());
  for (const Layer& layer : layers_) {
    if (&layer != &layers_.front()) {
      for (float& value : values) value = std::max(value, 0.0F);
    }
    std::vector<float> next = layer.biases;
    for (std::size_t row = 0; row < next.size(); ++row) {
      double sum = 0.0;
      for (std::size_t i = 0; i < layer.inputs; ++i) sum += static_cast<double>(layer.weights[row * layer.inputs + i]) * values[i];
      next[row] += static_cast<float>(sum);
    }
    values = std::move(next);
  }
  const double logit = values.size() == 1 ? values[0] : static_cast<double>(values[1]) - values[0];
  return sigmoid(logit);
}

}  // namespace reckon
