/// TensorBoard's events: what an event file holds, message by message.

/// One event, encoded. Field numbers are those of tensorflow/core/util/event.proto and
/// tensorflow/core/framework/{summary,tensor}.proto.
enum EventMessage {
  /// The first event of a file.
  static func version(time: Double) -> [UInt8] {
    event(time, nil) { $0.add(3, text: "brain.Event:2") }
  }

  /// A session starts at `step`: readers forget what earlier files say of that step and later ones.
  static func sessionStart(time: Double, step: Int) -> [UInt8] {
    event(time, step) { $0.add(7) { $0.add(1, integer: 1) } }
  }

  static func scalars(
    _ values: [(name: String, value: Double)], time: Double, step: Int
  ) -> [UInt8] {
    event(time, step) { event in
      event.add(5) { summary in
        for (name, value) in values {
          summary.add(1) {
            $0.add(1, text: name)
            $0.add(2, float: Float(value))
          }
        }
      }
    }
  }

  static func histogram(
    _ name: String, _ counts: HistogramCounts, time: Double, step: Int
  ) -> [UInt8] {
    value(name, time, step) {
      $0.add(5) {
        $0.add(1, double: counts.minimum)
        $0.add(2, double: counts.maximum)
        $0.add(3, double: Double(counts.total))
        $0.add(4, double: counts.sum)
        $0.add(5, double: counts.sumOfSquares)
        // A bucket reaches from the limit before it up to its own.
        $0.add(6, doubles: Array(counts.edges.dropFirst()))
        $0.add(7, doubles: counts.counts.map(Double.init))
      }
    }
  }

  /// - Parameter png: the encoded picture.
  static func image(_ name: String, _ picture: EncodedImage, time: Double, step: Int) -> [UInt8] {
    value(name, time, step) {
      $0.add(4) {
        $0.add(1, integer: Int64(picture.height))
        $0.add(2, integer: Int64(picture.width))
        $0.add(3, integer: Int64(picture.channels))
        $0.add(4, bytes: picture.png)
      }
    }
  }

  /// Markdown, shown by the text plugin: a string tensor of shape [1].
  static func text(_ name: String, _ text: String, time: Double, step: Int) -> [UInt8] {
    let stringType: Int64 = 7
    return value(name, time, step) {
      $0.add(8) {
        $0.add(1, integer: stringType)
        $0.add(2) { $0.add(2) { $0.add(1, integer: 1) } }
        $0.add(8, text: text)
      }
      $0.add(9) {
        $0.add(1) { $0.add(1, text: "text") }
        $0.add(4, integer: 2)
      }
    }
  }

  private static func value(
    _ name: String, _ time: Double, _ step: Int, _ build: (inout ProtobufMessage) -> Void
  ) -> [UInt8] {
    event(time, step) {
      $0.add(5) {
        $0.add(1) {
          $0.add(1, text: name)
          build(&$0)
        }
      }
    }
  }

  private static func event(
    _ time: Double, _ step: Int?, _ build: (inout ProtobufMessage) -> Void
  ) -> [UInt8] {
    ProtobufMessage {
      $0.add(1, double: time)
      if let step { $0.add(2, integer: Int64(step)) }
      build(&$0)
    }.bytes
  }
}

/// A PNG picture with its measures.
public struct EncodedImage: Sendable {
  public let png: [UInt8]
  public let width: Int
  public let height: Int
  /// 1 grey, 3 red, green and blue.
  public let channels: Int

  /// Takes the measures from the file's header.
  ///
  /// - Returns: nil where the bytes are no PNG of 8 bits a channel, grey or colour.
  public init?(png: [UInt8]) {
    let magic: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard png.count > 33, png.starts(with: magic) else { return nil }
    func word(_ offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    (self.png, width, height) = (png, word(16), word(20))
    // The colour type: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
    switch png[25] {
    case 0: channels = 1
    case 4: channels = 2
    case 2, 3: channels = 3
    case 6: channels = 4
    default: return nil
    }
  }
}
