// Numbers for people. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace reckon::cli {

std::string with_thousands(std::int64_t number);        // "12,345"
std::string format_duration(double milliseconds);       // "340 ms", "4.2 s", "3 min 20 s", "2 h 05 min"
std::string format_bytes(std::int64_t bytes);           // "491.4 MB"
std::string format_percent(double share);               // "75 %"
std::string format_rate(std::int64_t count, double milliseconds);  // "123.4 tokens/s"; empty without time
std::string counted(std::int64_t count, const std::string& noun);  // "1 trace", "8 traces"

}  // namespace reckon::cli
