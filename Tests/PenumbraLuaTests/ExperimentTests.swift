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

  /// On a handful of made-up digits in MNIST's format.
  @Test func conditionalGANDrawsItsGrids() throws {
    let folder = "/tmp/penumbra-test-\(getpid())-mnist"
    defer { _ = try? commandOutput("rm -r '\(folder)'") }
    let make = """
      local folder = ...
      os.execute("mkdir -p " .. folder)
      local function write(name, text) local f = io.open(folder .. "/" .. name, "wb") f:write(text) f:close() end
      local pixels, labels = {}, {}
      for i = 1, 64 do
        labels[i] = string.char(i % 10)
        pixels[i] = string.char(i):rep(784)
      end
      write("train-images-idx3-ubyte", string.pack(">I4I4I4I4", 0x803, 64, 28, 28) .. table.concat(pixels))
      write("train-labels-idx1-ubyte", string.pack(">I4I4", 0x801, 64) .. table.concat(labels))
      """
    _ = try commandOutput("echo '\(make)' | \(ExperimentTests.penumbra) - '\(folder)'")
    let output = try commandOutput(
      "\(ExperimentTests.penumbra) Scripts/experiments/mnist_cgan.lua --data '\(folder)' --steps 4 "
        + "--batch 16 --pictures 2 --noise 1e-4 --out '\(folder)/digits' 2>&1")
    #expect(output.contains("step      4"), "\(output)")
    #expect(contents(of: "\(folder)/digits-000004.png")?.isEmpty == false)
  }
}
