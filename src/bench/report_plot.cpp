#include "bench/report_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "bench/report_format.h"

namespace reckon {
namespace {

using namespace report_format;

constexpr double width = 760;
constexpr double height = 420;
constexpr double left = 58;
constexpr double right = 20;
constexpr double top = 18;
constexpr double bottom = 52;
constexpr double label_height = 15;
constexpr double marker_distance = 13;  // least horizontal distance of markers whose bars would overlap
constexpr double character_width = 6.9;  // of the 12-pixel label font, a little generous

struct Box {
  double x = 0, y = 0, w = 0, h = 0;
  bool overlaps(const Box& other) const {
    return x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h;
  }
};

struct Point {
  std::size_t series = 0;
  const ConfigurationSummary* summary = nullptr;
  double x = 0, y = 0;              // of the marker, in the drawing
  double bar_top = 0, bar_bottom = 0;
};

struct Axes {
  double log_low = 0, log_high = 1;  // log10 of tokens
  double low = 0, high = 1;          // accuracy

  double x(double tokens) const {
    return left + (std::log10(tokens) - log_low) / (log_high - log_low) * (width - left - right);
  }
  double y(double accuracy) const {
    return height - bottom - (accuracy - low) / (high - low) * (height - top - bottom);
  }
};

std::string number(double value) { return fixed(value, 1); }

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
         "\" class=\"" + style + "\"/>";
}

std::string text(double x, double y, const std::string& attributes, const std::string& content) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + attributes + ">" + html_escape(content) + "</text>";
}

// Shape and colour both tell the series apart: colour alone does not reach every reader.
std::string marker(std::size_t series, double x, double y, double r) {
  const std::string style = "class=\"mark s" + std::to_string(series % plot_series) + "\"";
  const auto at = [&](double dx, double dy) { return number(x + dx * r) + "," + number(y + dy * r); };
  switch (series % 4) {
    case 0: return "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"" + number(r) + "\" " + style + "/>";
    case 1: return "<polygon points=\"" + at(-.9, -.9) + " " + at(.9, -.9) + " " + at(.9, .9) + " " + at(-.9, .9) + "\" " + style + "/>";
    case 2: return "<polygon points=\"" + at(0, -1.2) + " " + at(1.15, .9) + " " + at(-1.15, .9) + "\" " + style + "/>";
    default: return "<polygon points=\"" + at(0, -1.3) + " " + at(1.3, 0) + " " + at(0, 1.3) + " " + at(-1.3, 0) + "\" " + style + "/>";
  }
}

std::vector<Point> points_of(const BenchReport& report) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < report.configurations.size(); ++i) {
    const auto& summary = report.configurations[i];
    if (summary.answers > 0 && summary.tokens.generated > 0.0) points.push_back({i, &summary});
  }
  return points;
}

Axes axes_for(const std::vector<Point>& points) {
  double fewest = points.front().summary->tokens.generated;
  double most = fewest;
  double low = 1.0;
  double high = 0.0;
  for (const auto& point : points) {
    fewest = std::min(fewest, point.summary->tokens.generated);
    most = std::max(most, point.summary->tokens.generated);
    low = std::min(low, point.summary->wilson.low);
    high = std::max(high, point.summary->wilson.high);
  }
  // A margin in log space keeps markers off the frame; at least a factor of four is shown.
  const double middle = 0.5 * (std::log10(fewest) + std::log10(most));
  const double half = std::max(0.5 * (std::log10(most) - std::log10(fewest)) * 1.15 + 0.08, 0.3);
  Axes axes;
  axes.log_low = middle - half;
  axes.log_high = middle + half;
  axes.low = std::max(0.0, std::floor(low * 10.0 - 0.01) / 10.0);
  axes.high = std::min(1.0, std::ceil(high * 10.0 + 0.01) / 10.0);
  // Near zero the zero line is worth its space: a cut axis exaggerates.
  if (axes.low <= 0.3) axes.low = 0.0;
  return axes;
}

void place(std::vector<Point>& points, const Axes& axes) {
  for (auto& point : points) {
    point.x = axes.x(point.summary->tokens.generated);
    point.y = axes.y(point.summary->accuracy);
    point.bar_top = axes.y(point.summary->wilson.high);
    point.bar_bottom = axes.y(point.summary->wilson.low);
  }
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  // Methods that select among the same samples cost the same tokens: without this their bars would
  // lie on one another.
  for (std::size_t first = 0, end = 0; first < points.size(); first = end) {
    double middle = points[first].x;
    for (end = first + 1; end < points.size() && points[end].x - points[end - 1].x < marker_distance; ++end) middle += points[end].x;
    middle /= static_cast<double>(end - first);
    if (end - first < 2) continue;
    const double start = middle - marker_distance * static_cast<double>(end - first - 1) / 2;
    for (std::size_t i = first; i < end; ++i) points[i].x = start + marker_distance * static_cast<double>(i - first);
  }
}

std::string grid(const Axes& axes) {
  std::string svg;
  const double bottom_y = height - bottom;
  const double step = axes.high - axes.low > 0.65 ? 0.2 : 0.1;
  for (int i = 0; axes.low + i * step <= axes.high + 1e-9; ++i) {
    const double value = axes.low + i * step;
    svg += line(left, axes.y(value), width - right, axes.y(value), "grid");
    svg += text(left - 8, axes.y(value) + 4, "class=\"tick\" text-anchor=\"end\"", fixed(100 * value, 0) + " %");
  }
  // Ticks at 1, 2, 5 of each decade, without the 2 and 5 where they would be crowded.
  const bool wide = axes.log_high - axes.log_low > 3.2;
  for (int decade = static_cast<int>(std::floor(axes.log_low)); decade <= axes.log_high; ++decade) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (wide && factor > 1.0) continue;
      const double tokens = factor * std::pow(10.0, decade);
      const double position = std::log10(tokens);
      if (position < axes.log_low || position > axes.log_high) continue;
      svg += line(axes.x(tokens), top, axes.x(tokens), bottom_y, "grid");
      svg += text(axes.x(tokens), bottom_y + 18, "class=\"tick\" text-anchor=\"middle\"", quantity(tokens));
    }
  }
  svg += line(left, bottom_y, width - right, bottom_y, "axis") + line(left, top, left, bottom_y, "axis");
  svg += text((left + width - right) / 2, height - 10, "class=\"label\" text-anchor=\"middle\"",
              "generated tokens per answer, mean (logarithmic)");
  svg += "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(14 " + number((top + bottom_y) / 2) +
         ") rotate(-90)\">accuracy</text>";
  return svg;
}

// A dashed line through the configurations that nothing beats.
std::string front_line(const std::vector<Point>& points) {
  std::string path;
  std::size_t count = 0;
  for (const auto& point : points) {
    if (!point.summary->on_front) continue;
    path += number(point.x) + "," + number(point.y) + " ";
    ++count;
  }
  return count < 2 ? "" : "<polyline points=\"" + path + "\" class=\"front\"/>";
}

std::string point_svg(const Point& point) {
  const auto& summary = *point.summary;
  const std::string style = "bar s" + std::to_string(point.series % plot_series);
  std::string svg = "<g><title>" + html_escape(summary.configuration.name) + ": " + percent(summary.accuracy) + " (" +
                    percent_interval(summary.wilson) + "), " + quantity(summary.tokens.generated) + " tokens</title>";
  svg += line(point.x, point.bar_top, point.x, point.bar_bottom, style);
  for (const double end : {point.bar_top, point.bar_bottom}) svg += line(point.x - 5, end, point.x + 5, end, style);
  return svg + marker(point.series, point.x, point.y, 5.5) + "</g>";
}

bool inside_frame(const Box& box) {
  return box.x > left && box.x + box.w < width - right && box.y > top - 10 && box.y + box.h < height - bottom;
}

// Where a name may go, best first: beside the marker, further up or down, above or below the bar.
std::vector<Box> label_places(const Point& point, double w) {
  std::vector<Box> places;
  for (const double dy : {0.0, -16.0, 16.0, -32.0, 32.0}) {
    places.push_back({point.x + 10, point.y - label_height / 2 + dy, w, label_height});
    places.push_back({point.x - 10 - w, point.y - label_height / 2 + dy, w, label_height});
  }
  for (const double x : {point.x - w / 2, point.x - 4, point.x + 4 - w}) {
    places.push_back({x, point.bar_top - label_height - 4, w, label_height});
    places.push_back({x, point.bar_bottom + 4, w, label_height});
  }
  return places;
}

// The first place for the name that nothing in `taken` covers; shorter names where it is crowded.
// Empty: no room at all; the table's marker and the tooltip still tell.
std::string label_svg(const Point& point, std::vector<Box>& taken) {
  const auto is_free = [&](const Box& box) {
    return inside_frame(box) && std::none_of(taken.begin(), taken.end(), [&](const Box& b) { return b.overlaps(box); });
  };
  for (const std::size_t limit : {30, 20, 10}) {
    const std::string& full = point.summary->configuration.name;
    const double w = character_width * static_cast<double>(std::min(full.size(), limit + 1));
    const auto places = label_places(point, w);
    const auto place = std::find_if(places.begin(), places.end(), is_free);
    if (place == places.end()) continue;
    taken.push_back(*place);
    return text(place->x, place->y + 12, "class=\"tag t" + std::to_string(point.series % plot_series) + "\"", shorten(full, limit));
  }
  return {};
}

std::string labels_svg(const std::vector<Point>& points) {
  std::vector<Box> taken;
  for (const auto& point : points) taken.push_back({point.x - 6, point.bar_top, 12, point.bar_bottom - point.bar_top});
  std::string svg;
  for (const auto& point : points) svg += label_svg(point, taken);
  return svg;
}

}  // namespace

std::string accuracy_plot(const BenchReport& report) {
  auto points = points_of(report);
  if (points.empty()) return {};
  const Axes axes = axes_for(points);
  place(points, axes);
  std::string svg = "<svg class=\"plot\" viewBox=\"0 0 " + number(width) + " " + number(height) +
                    "\" role=\"img\" aria-label=\"Accuracy against generated tokens per answer\">";
  svg += grid(axes) + front_line(points);
  for (const auto& point : points) svg += point_svg(point);
  return svg + labels_svg(points) + "</svg>";
}

std::string difference_bar(const statistics::PairedDifference& difference, double reach) {
  constexpr double bar_width = 180;
  constexpr double middle_y = 9;
  const auto x = [&](double value) {
    return bar_width / 2 + std::clamp(value / reach, -1.0, 1.0) * (bar_width / 2 - 6);
  };
  const bool excludes_zero = difference.interval.low > 0.0 || difference.interval.high < 0.0;
  const std::string style = excludes_zero ? "bar clear" : "bar unclear";
  return "<svg class=\"difference\" viewBox=\"0 0 180 18\" role=\"img\" aria-label=\"interval\">" +
         line(bar_width / 2, 0, bar_width / 2, 18, "axis") +
         line(x(difference.interval.low), middle_y, x(difference.interval.high), middle_y, style) +
         "<circle cx=\"" + number(x(difference.difference)) + "\" cy=\"" + number(middle_y) + "\" r=\"4\" class=\"" +
         (excludes_zero ? "dot clear" : "dot unclear") + "\"/></svg>";
}

std::string series_marker(std::size_t index) {
  return "<svg class=\"marker\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">" + marker(index, 8, 8, 5.5) + "</svg>";
}

}  // namespace reckon
