#include "scoring/probe.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "base/text.h"
#include "scoring/sigmoid.h"

namespace reckon {

extern const std::string_view embedded_probes_json;

namespace {

constexpr const char* kFormat = "reckon-probe-1";

// Short, and read back as the same float.
std::vector<double> written(const std::vector<float>& values) {
  std::vector<double> rounded;
  for (const float value : values) rounded.push_back(parse_number<double>(exact_number(value)).value_or(value));
  return rounded;
}

// -(y log p + (1 - y) log(1 - p)) of p = sigmoid(logit), without overflow.
double cross_entropy(double logit, double label) { return std::max(logit, 0.0) - logit * label + std::log1p(std::exp(-std::abs(logit))); }

float dot(std::span<const float> a, std::span<const float> b) {
  float lanes[16] = {};
  const std::size_t whole = a.size() / 16 * 16;
  for (std::size_t i = 0; i < whole; i += 16) {
    for (std::size_t k = 0; k < 16; ++k) lanes[k] += a[i + k] * b[i + k];
  }
  float sum = 0.0F;
  for (float lane : lanes) sum += lane;
  for (std::size_t i = whole; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

Features probe_features(const TraceStats& step) {
  const HiddenStats& hidden = step.hidden;
  if (hidden.tokens == 0) return {};
  Features features = hidden.last;
  for (const float sum : hidden.sum) features.push_back(sum / static_cast<float>(hidden.tokens));
  features.push_back(static_cast<float>(step.mean_logprob()));
  features.push_back(static_cast<float>(step.mean_self_certainty()));
  return features;
}

double StateProbe::logit(std::span<const float> features) const {
  const std::size_t d = means_.size();
  std::vector<float> x(d);
  for (std::size_t i = 0; i < d; ++i) x[i] = (features[i] - means_[i]) * scales_[i];
  const std::span<const float> weights(weights_);
  if (hidden_units_ == 0) return dot(weights.first(d), x) + weights[d];
  const auto units = static_cast<std::size_t>(hidden_units_);
  const auto biases = weights.subspan(units * d, units);
  const auto last = weights.subspan(units * d + units);
  double sum = last[units];
  for (std::size_t u = 0; u < units; ++u) sum += last[u] * std::tanh(dot(weights.subspan(u * d, d), x) + biases[u]);
  return sum;
}

double StateProbe::probability(std::span<const float> features) const {
  return features.size() == means_.size() ? sigmoid(slope_ * logit(features) + offset_) : 0.5;
}

Status StateProbe::save(const std::string& path) const {
  const nlohmann::ordered_json json = {{"format", kFormat},           {"model_digest", model_digest_},     {"hidden_units", hidden_units_},
                                       {"slope", slope_},             {"offset", offset_},                 {"means", written(means_)},
                                       {"scales", written(scales_)}, {"weights", written(weights_)}};
  std::ofstream file(path);
  file << json.dump() << "\n";
  file.close();
  return file ? ok_status() : io_error("the probe could not be written to " + path);
}

struct ProbeReader {
  static Result<StateProbe> from_json(const nlohmann::json& json);
};

Result<StateProbe> ProbeReader::from_json(const nlohmann::json& json) {
  if (!json.is_object() || json.value("format", nlohmann::json()) != kFormat) return invalid_argument("it is no probe");
  StateProbe probe;
  try {
    probe.model_digest_ = json.at("model_digest").get<std::string>();
    probe.hidden_units_ = json.at("hidden_units").get<int>();
    probe.slope_ = json.at("slope").get<double>();
    probe.offset_ = json.at("offset").get<double>();
    probe.means_ = json.at("means").get<std::vector<float>>();
    probe.scales_ = json.at("scales").get<std::vector<float>>();
    probe.weights_ = json.at("weights").get<std::vector<float>>();
  } catch (const nlohmann::json::exception&) {
    return invalid_argument("it is a probe that lacks something");
  }
  const std::size_t d = probe.means_.size();
  const auto units = static_cast<std::size_t>(std::max(0, probe.hidden_units_));
  const std::size_t wanted = units == 0 ? d + 1 : units * d + 2 * units + 1;
  const bool fits = probe.hidden_units_ >= 0 && probe.scales_.size() == d && probe.weights_.size() == wanted;
  if (!fits) return invalid_argument("it is a probe whose sizes do not fit");
  return probe;
}

Result<StateProbe> StateProbe::load(const std::string& path) {
  std::ifstream file(path);
  if (!file) return not_found("there is no probe file at \"" + path + "\"; make one with `reckon prm fit`");
  auto probe = ProbeReader::from_json(nlohmann::json::parse(file, nullptr, false));
  return probe.ok() ? std::move(probe) : Result<StateProbe>(probe.status().while_doing("reading " + path));
}

Result<StateProbe> StateProbe::builtin(const std::string& model_digest) {
  for (const auto& json : nlohmann::json::parse(embedded_probes_json, nullptr, false)) {
    RECKON_ASSIGN_OR_RETURN(StateProbe probe, ProbeReader::from_json(json));
    if (probe.model_digest() == model_digest) return probe;
  }
  return not_found("no probe of this model comes with reckon; make one with `reckon prm fit` and give its file");
}

double area_under_roc(std::span<const double> scores, std::span<const double> labels) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return scores[i]; });
  double ranks = 0.0;
  double right = 0.0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && scores[order[end]] == scores[order[begin]]) ++end;
    const double rank = (static_cast<double>(begin + 1) + static_cast<double>(end)) / 2.0;
    for (std::size_t i = begin; i < end; ++i) {
      if (labels[order[i]] < 0.5) continue;
      ranks += rank;
      right += 1.0;
    }
    begin = end;
  }
  const double wrong = static_cast<double>(scores.size()) - right;
  return right == 0.0 || wrong == 0.0 ? 0.5 : (ranks - right * (right + 1.0) / 2.0) / (right * wrong);
}

ProbeQuality probe_quality(const StateProbe& probe, std::span<const ProbeExample> examples) {
  ProbeQuality quality{.examples = examples.size()};
  std::vector<double> scores;
  std::vector<double> labels;
  for (const auto& example : examples) {
    const double p = std::clamp(probe.probability(example.features), 1e-12, 1.0 - 1e-12);
    quality.loss -= example.label * std::log(p) + (1.0 - example.label) * std::log(1.0 - p);
    quality.brier += (p - example.label) * (p - example.label);
    scores.push_back(p);
    labels.push_back(example.label);
  }
  const double n = std::max<double>(1.0, static_cast<double>(examples.size()));
  quality.loss /= n;
  quality.brier /= n;
  quality.auroc = area_under_roc(scores, labels);
  return quality;
}

// Adam (1412.6980) with decoupled weight decay (1711.05101) over minibatches.
class ProbeTrainer {
 public:
  ProbeTrainer(std::vector<const ProbeExample*> training, std::vector<const ProbeExample*> held_out, const ProbeOptions& options)
      : training_(std::move(training)), held_out_(std::move(held_out)), options_(options), d_(training_.front()->features.size()) {
    probe_.hidden_units_ = options.hidden_units;
    standardise();
    initialise();
  }

  StateProbe run(const std::string& model_digest) {
    std::vector<float> best = probe_.weights_;
    double best_loss = loss(held_out_);
    Rng rng(options_.seed, 1);
    for (int epoch = 0; epoch < options_.epochs; ++epoch) {
      for (std::size_t i = training_.size(); i > 1; --i) {
        std::swap(training_[i - 1], training_[static_cast<std::size_t>(rng.below(i))]);
      }
      run_epoch();
      const double now = loss(held_out_);
      if (now >= best_loss) continue;
      best_loss = now;
      best = probe_.weights_;
    }
    probe_.weights_ = std::move(best);
    probe_.model_digest_ = model_digest;
    calibrate();
    return probe_;
  }

 private:
  void standardise() {
    std::vector<double> sum(d_);
    std::vector<double> squares(d_);
    for (const auto* example : training_) {
      for (std::size_t i = 0; i < d_; ++i) {
        sum[i] += example->features[i];
        squares[i] += static_cast<double>(example->features[i]) * example->features[i];
      }
    }
    const auto n = static_cast<double>(training_.size());
    for (std::size_t i = 0; i < d_; ++i) {
      const double mean = sum[i] / n;
      const double deviation = std::sqrt(std::max(0.0, squares[i] / n - mean * mean));
      probe_.means_.push_back(static_cast<float>(mean));
      probe_.scales_.push_back(deviation > 1e-6 ? static_cast<float>(1.0 / deviation) : 0.0F);
    }
  }

  // Zeros for the logistic unit; small random numbers for a hidden layer.
  void initialise() {
    const auto units = static_cast<std::size_t>(options_.hidden_units);
    probe_.weights_.assign(units == 0 ? d_ + 1 : units * d_ + 2 * units + 1, 0.0F);
    decayed_ = units == 0 ? d_ : units * d_;
    Rng rng(options_.seed, 2);
    const double reach = 1.0 / std::sqrt(static_cast<double>(d_));
    for (std::size_t i = 0; i < units * d_; ++i) probe_.weights_[i] = static_cast<float>((2.0 * rng.uniform() - 1.0) * reach);
    for (std::size_t u = 0; u < units; ++u) probe_.weights_[units * d_ + units + u] = static_cast<float>((2.0 * rng.uniform() - 1.0) * 0.1);
    gradient_.assign(probe_.weights_.size(), 0.0F);
    first_ = second_ = gradient_;
  }

  double loss(std::span<const ProbeExample* const> examples) const {
    double sum = 0.0;
    for (const auto* example : examples) sum += cross_entropy(probe_.logit(example->features), example->label);
    return sum / static_cast<double>(std::max<std::size_t>(1, examples.size()));
  }

  void run_epoch() {
    const auto batch = static_cast<std::size_t>(std::max(1, options_.batch));
    for (std::size_t begin = 0; begin < training_.size(); begin += batch) {
      const std::size_t end = std::min(begin + batch, training_.size());
      std::ranges::fill(gradient_, 0.0F);
      for (std::size_t i = begin; i < end; ++i) add_gradient(*training_[i], 1.0F / static_cast<float>(end - begin));
      step();
    }
  }

  void add_gradient(const ProbeExample& example, float share) {
    std::vector<float> x(d_);
    for (std::size_t i = 0; i < d_; ++i) x[i] = (example.features[i] - probe_.means_[i]) * probe_.scales_[i];
    const auto error = static_cast<float>(sigmoid(probe_.logit(example.features)) - example.label) * share;
    const auto units = static_cast<std::size_t>(options_.hidden_units);
    if (units == 0) {
      for (std::size_t i = 0; i < d_; ++i) gradient_[i] += error * x[i];
      gradient_[d_] += error;
      return;
    }
    const std::span<const float> weights(probe_.weights_);
    for (std::size_t u = 0; u < units; ++u) {
      const float activation = std::tanh(dot(weights.subspan(u * d_, d_), x) + weights[units * d_ + u]);
      const std::size_t last = units * d_ + units + u;
      const float inner = error * weights[last] * (1.0F - activation * activation);
      gradient_[last] += error * activation;
      gradient_[units * d_ + u] += inner;
      for (std::size_t i = 0; i < d_; ++i) gradient_[u * d_ + i] += inner * x[i];
    }
    gradient_.back() += error;
  }

  void step() {
    constexpr double kFirst = 0.9;
    constexpr double kSecond = 0.999;
    ++steps_;
    const double rate = options_.learning_rate * std::sqrt(1.0 - std::pow(kSecond, steps_)) / (1.0 - std::pow(kFirst, steps_));
    for (std::size_t i = 0; i < gradient_.size(); ++i) {
      const double g = gradient_[i];
      first_[i] = static_cast<float>(kFirst * first_[i] + (1.0 - kFirst) * g);
      second_[i] = static_cast<float>(kSecond * second_[i] + (1.0 - kSecond) * g * g);
      double change = rate * first_[i] / (std::sqrt(static_cast<double>(second_[i])) + 1e-8);
      if (i < decayed_) change += options_.learning_rate * options_.weight_decay * probe_.weights_[i];
      probe_.weights_[i] -= static_cast<float>(change);
    }
  }

  // Slope and offset of the logit that make the held-out cross-entropy least, by Newton's method.
  void calibrate() {
    // With hardly any of one kind there is nothing to calibrate on, and the offset would run away.
    constexpr double kLeastOfEach = 5.0;
    double right = 0.0;
    for (const auto* example : held_out_) right += example->label;
    if (right < kLeastOfEach || static_cast<double>(held_out_.size()) - right < kLeastOfEach) return;
    double slope = 1.0;
    double offset = 0.0;
    for (int round = 0; round < 50; ++round) {
      double g0 = 0.0, g1 = 0.0, h00 = 1e-6, h01 = 0.0, h11 = 1e-6;
      for (const auto* example : held_out_) {
        const double z = probe_.logit(example->features);
        const double p = sigmoid(slope * z + offset);
        const double w = p * (1.0 - p);
        g0 += (p - example->label) * z;
        g1 += p - example->label;
        h00 += w * z * z;
        h01 += w * z;
        h11 += w;
      }
      const double determinant = h00 * h11 - h01 * h01;
      if (determinant < 1e-12) return;
      slope -= std::clamp((h11 * g0 - h01 * g1) / determinant, -1.0, 1.0);
      offset -= std::clamp((h00 * g1 - h01 * g0) / determinant, -1.0, 1.0);
    }
    // A slope that turns the order round, or blows up on a handful of examples, is no calibration.
    if (!(slope > 0.05 && slope < 20.0)) return;
    probe_.slope_ = slope;
    probe_.offset_ = offset;
  }

  std::vector<const ProbeExample*> training_;
  std::vector<const ProbeExample*> held_out_;
  const ProbeOptions& options_;
  std::size_t d_;
  std::size_t decayed_ = 0;
  StateProbe probe_;
  std::vector<float> gradient_;
  std::vector<float> first_;
  std::vector<float> second_;
  int steps_ = 0;
};

Result<FittedProbe> fit_probe(std::span<const ProbeExample> examples, const std::string& model_digest, const ProbeOptions& options) {
  std::map<std::int64_t, bool> is_held_out;
  double labels = 0.0;
  for (const auto& example : examples) {
    is_held_out[example.question] = false;
    labels += example.label;
    if (example.features.size() != examples.front().features.size() || example.features.empty()) {
      return invalid_argument("the steps have no hidden states, or states of different sizes");
    }
  }
  if (is_held_out.size() < 2) return invalid_argument("a probe needs steps of at least 2 questions, one of them held out");
  if (labels <= 0.0 || labels >= static_cast<double>(examples.size())) {
    return invalid_argument("every step has the same label, so there is nothing to learn; take easier or harder questions, or more");
  }
  std::vector<std::int64_t> order;
  for (const auto& [question, held] : is_held_out) order.push_back(question);
  std::ranges::sort(order, {}, [&](std::int64_t q) { return mix64(options.seed ^ mix64(static_cast<std::uint64_t>(q) + 1)); });
  const auto most = static_cast<double>(order.size());
  const auto held = static_cast<std::size_t>(std::clamp(std::round(options.held_out * most), 1.0, most - 1.0));
  for (std::size_t i = 0; i < held; ++i) is_held_out[order[i]] = true;
  std::vector<const ProbeExample*> sides[2];
  std::vector<ProbeExample> copies[2];
  for (const auto& example : examples) sides[is_held_out[example.question] ? 1 : 0].push_back(&example);
  FittedProbe fitted;
  fitted.probe = ProbeTrainer(sides[0], sides[1], options).run(model_digest);
  for (const int side : {0, 1}) {
    for (const auto* example : sides[side]) copies[side].push_back(*example);
    (side == 0 ? fitted.training : fitted.held_out) = probe_quality(fitted.probe, copies[side]);
    copies[side].clear();
  }
  return fitted;
}

}  // namespace reckon
