package io.tagma.store;
import java.nio.file.Path;
@SuppressWarnings("all") public final class AuditAppender implements AutoCloseable {
  public static AuditAppender open(Path p){return new AuditAppender();}
  public long lastSequence(){return -1;}
  public void begin(long s){}
  public void text(String n, CharSequence v){}
  public void int64(String n,long v){}
  public void float64(String n,double v){}
  public void commit(){}
  public void close(){}
}
