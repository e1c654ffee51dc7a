// A safetensors file of 32-bit numbers, as text. Only for *_test.cpp files.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace reckon::testing_support {

struct NamedTensor {
  std::string name;
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

inline void append_little_endian(std::string& to, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(number >> 8 * i & 0xff);
}

inline std::string safetensors_around(const nlohmann::json& header, const std::string& data) {
  const std::string text = header.dump();
  std::string file;
  append_little_endian(file, text.size(), 8);
  return file + text + data;
}

inline std::string safetensors(const std::vector<NamedTensor>& tensors) {
  nlohmann::json header = {{"__metadata__", {{"format", "pt"}}}};
  std::string data;
  for (const auto& tensor : tensors) {
    const std::size_t from = data.size();
    for (const float value : tensor.values) append_little_endian(data, std::bit_cast<std::uint32_t>(value), 4);
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {from, data.size()}}};
  }
  return safetensors_around(header, data);
}

}  // namespace reckon::testing_support
