/// The experiments run from end to end, briefly.

import Glibc
import Testing

@Suite struct ExperimentTests {
  private static let penumbra = ".build/release/penumbra"

  @Test(arguments: ["line6", "ring"])
  func multimodalDrawsATableAndAFigure(_ data: String) throws {
    let figure = "/tmp/penumbra-test-\(getpid())-\(data).png"
    defer { unlink(figure) }
    let output = try commandOutput(
      "\(ExperimentTests.penumbra) Scripts/experiments/multimodal.lua --data \(data) --method all "
        + "--steps 60 --batch 32 --out \(figure) 2>/dev/null")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 16)
    #expect(lines.last == "figure: \(figure)")
    #expect(contents(of: figure)?.isEmpty == false)
  }

  @Test func multimodalExplainsItselfAndItsErrors() throws {
    let script = "\(ExperimentTests.penumbra) Scripts/experiments/multimodal.lua"
    #expect(try commandOutput("\(script) --help").contains("--data line6"))
    let wrong = try commandOutput("\(script) --method gna 2>&1; echo $?")
    #expect(wrong.contains("unknown method 'gna'") && wrong.hasSuffix("1\n"))
    let misspelt = try commandOutput("\(script) --step 3 2>&1; echo $?")
    #expect(misspelt.contains("did you mean '--steps'?") && misspelt.hasSuffix("1\n"))
  }

  /// A folder of 64 made-up digits in MNIST's format, for the time of `body`.
  private func withDigits(_ body: (_ folder: String) throws -> Void) throws {
    let folder = "/tmp/penumbra-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { _ = try? commandOutput("rm -r '\(folder)'") }
    let make = """
      local folder = ...
      os.execute("mkdir -p " .. folder)
      local function write(name, text) local f = io.open(folder .. "/" .. name, "wb") f:write(text) f:close() end
      math.randomseed(1)
      local pixels, labels = {}, {}
      for i = 1, 64 do
        labels[i] = string.char(i % 10)
        for k = 1, 784 do pixels[#pixels + 1] = string.char(math.random(0, 255)) end
      end
      write("train-images-idx3-ubyte", string.pack(">I4I4I4I4", 0x803, 64, 28, 28) .. table.concat(pixels))
      write("train-labels-idx1-ubyte", string.pack(">I4I4", 0x801, 64) .. table.concat(labels))
      """
    _ = try commandOutput("echo '\(make)' | \(ExperimentTests.penumbra) - '\(folder)'")
    try body(folder)
  }

  @Test func conditionalGANDrawsItsGrids() throws {
    try withDigits { folder in
      let output = try commandOutput(
        "\(ExperimentTests.penumbra) Scripts/experiments/mnist_cgan.lua --data '\(folder)' --steps 4 "
          + "--batch 16 --pictures 2 --noise 1e-4 --out '\(folder)/digits' 2>&1")
      #expect(output.contains("step      4"), "\(output)")
      #expect(contents(of: "\(folder)/digits-000004.png")?.isEmpty == false)
    }
  }

  @Test func bayesianLogisticComparesTheSamplers() throws {
    try withDigits { folder in
      let output = try commandOutput(
        "\(ExperimentTests.penumbra) Scripts/experiments/bayesian_logistic.lua --data '\(folder)' "
          + "--projections 3 --batch 4 --burn_in 20 --steps 60 --reference 60 --step_sizes 0.02 "
          + "--sgld_sizes 1e-3 --out '\(folder)/posterior.png' --json '\(folder)/rows' 2>/dev/null")
      for name in ["SGLD", "SGHMC", "SGNHT", "mSGNHT", "CCAdL diagonal", "CCAdL full"] {
        #expect(output.contains("\n\(name) "), "\(output)")
      }
      #expect(contents(of: "\(folder)/posterior.png")?.isEmpty == false)
      #expect(contents(of: "\(folder)/rows")?.split(separator: "\n").count == 6)
    }
  }
}
