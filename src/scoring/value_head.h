// The value head of a process reward model: what turns the hidden state at a step's marker into the step's
// score, in place of a verdict token.
//
// Read from the safetensors file that the model was published with, since a GGUF file of a language model has
// no such head: linear layers with ReLU between them. One output is a logit (Skywork-o1-Open-PRM: one layer
// "v_head.summary"); of two, the second is the probability of "right" after a softmax (Qwen2.5-Math-PRM: layers
// "score.0" and "score.2").
//
// Threading: immutable. Cost: as many multiplications as the head has weights, once a step.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace reckon {

class ValueHead {
 public:
  // layers: names of tensors without ".weight" and ".bias"; a bias may be missing. Errors: not_found;
  // invalid_argument for a file that is none, a tensor that it lacks, has in another type than F32, F16 or BF16, or
  // whose shape does not follow from the layer before, and for another number of outputs than 1 or 2.
  static Result<ValueHead> load(const std::string& path, const std::vector<std::string>& layers);

  std::size_t inputs() const { return layers_.front().inputs; }  // the model's hidden size
  // Between 0 and 1. `state` has inputs() values.
  double score(std::span<const float> state) const;

 private:
  struct Layer {
    std::size_t inputs = 0;
    std::vector<float> weights;  // a row for each output
    std::vector<float> biases;   // one for each output
  };
  std::vector<Layer> layers_;
};

}  // namespace reckon
